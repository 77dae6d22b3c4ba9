#!/bin/bash
# Records the corpus anew into DIR: tests/trace/record.sh DIR [NAME…]. README.md says what it takes.
set -eu
# strace -v shows the environment: a bare one.
[ "${HOME-/}" = / ] || exec env -i HOME=/ LC_ALL=C PATH=/usr/sbin:/usr/bin bash "$0" "$@"
here=$(cd "$(dirname "$0")" && pwd)
out=$(mkdir -p "$1" && cd "$1" && pwd)
shift
wanted="$*"
demo=/srv/demo # a neutral directory: its name is in the logs
mkdir -p $demo/bin
for program in "$here"/programs/*.c; do
    name=$(basename "$program" .c)
    [ $demo/bin/"$name" -nt "$program" ] || cc -O1 -w -pthread -o $demo/bin/"$name" "$program"
done
cp "$here"/programs/*.py "$here"/programs/*.js "$here"/programs/*.go "$here"/programs/*.java "$here"/programs/*.conf \
    "$here"/programs/*.cfg $demo 2>/dev/null || :
cd $demo
unset OLDPWD
PATH=$demo/bin:$PATH
printf '<p>Hello</p>\n' > page.html

calls=%network,%process,read,write,readv,writev,close,close_range,dup,dup2,dup3,fcntl,pipe,pipe2
calls=$calls,poll,ppoll,select,pselect6,epoll_create1,epoll_ctl,epoll_wait,epoll_pwait,sendfile,splice,openat,rt_sigaction,kill
flags="-f -tt -T -yy -s 1000 -e trace=$calls"

# Whether NAME is to be recorded; its logs are NAME.1.log, NAME.2.log and so on, or, of one command, NAME.log.
want() {
    case " ${wanted:-$1} " in *" $1 "*) ;; *) return 1 ;; esac
    name=$1 count=0
    rm -f "$out/$name".log "$out/$name".[0-9]*.log
    echo "$name"
}
# "server COMMAND" and "client COMMAND" are traced each into a log of its own, a server in the background; "alone COMMAND" into one.
server() {
    log=$out/$name.$((++count)).log
    timeout 60 strace $flags -o "$log" "$@" > /dev/null 2>&1 < /dev/null &
    pid=$!
}
client() { timeout 60 strace $flags -o "$out/$name.$((++count)).log" "$@" > /dev/null 2>&1; }
alone() { timeout 60 strace $flags -o "$out/$name.log" "$@" > /dev/null 2>&1; }
# The second to be traced: says a word, waits, and says another.
slow_client() {
    (sleep 0.3; echo one; sleep 0.8; echo two) |
        timeout 60 strace $flags -o "$out/$name.2.log" nc -N 127.0.0.1 7000 > /dev/null 2>&1
}
# Ends a server, by its pid of "timeout strace COMMAND", with a signal.
stop() { kill -"$1" "$(pgrep -P "$(pgrep -P "$2")")"; }
# Waits until the log has a line like that, COUNT times.
ready() {
    for _ in $(seq 200); do
        [ "$(cat "$log" 2>/dev/null | grep -cE "${1:- (listen\(|<... listen resumed>).*= 0}")" -ge "${2:-1}" ] && return
        sleep 0.05
    done
    echo "$name: no ${1-listen}" >&2
}
cut() {
    for one in "$out/$name".*log; do
        "$here"/programs/cut.py "$@" < "$one" > "$one.cut"
        mv "$one.cut" "$one"
    done
}

for one in iterative fork prefork threads; do
    if want c_$one; then
        [ $one != threads ] || flags="$flags,futex"
        server $one 7000 2
        ready
        client client 7000 hello "how are you"
        client client 7000 again
        if [ $one = prefork ]; then client client 7000 third; fi
        wait
        cut
    fi
done
flags=${flags%,futex}
for one in select poll epoll; do
    if want c_$one; then
        server $one 7000 2
        ready
        slow_client &
        ready ' (recvfrom|read).*one'
        count=2
        client client 7000 hello "how are you"
        wait
        cut
    fi
done
if want c_udp; then
    server udp 7000
    ready ' bind\(.*= 0'
    client udp -c 7000
    wait
    cut
fi
if want c_unix; then
    server unix talk.sock
    ready
    client unix -c talk.sock
    wait
    cut
fi
for one in socketpair pipe; do
    if want c_$one; then
        alone $one
        cut
    fi
done
if want c_calls; then
    alone calls 7000
    cut
fi
if want c_inetd; then
    server inetd 7000
    ready
    printf 'hello\nbye\n' | client nc -N 127.0.0.1 7000
    count=2
    wait
    cut
fi
python="python3 -I"
for one in forking threading_ selectors_ asyncio_; do
    if want python_${one%_}; then
        [ $one != threading_ ] || flags="$flags,futex"
        server $python $one.py
        ready
        if [ $one = selectors_ ]; then
            client client 7000 hello "how are you"
            printf 'six\n' | client nc -N ::1 7000
        elif [ $one = forking ]; then
            client client 7000 hello "how are you"
            client $python forking_client.py 7000
        else
            slow_client &
            ready ' (recvfrom|read).*one'
            count=2
            client client 7000 hello "how are you"
        fi
        wait
        cut
    fi
done
flags=${flags%,futex}
if want python_udp; then
    server $python udp.py
    ready ' bind\(.*= 0'
    client $python udp_client.py
    wait
    cut
fi
if want python_unix; then
    alone $python unix.py
    cut
fi
flags="$flags,futex"
if want go; then
    [ bin/server_go -nt server.go ] || HOME=$demo GOFLAGS=-mod=mod go build -o bin/server_go server.go
    server bin/server_go
    ready
    client client 7000 hello "how are you"
    client client 7000 again
    wait
    cut 'SIGURG|futex.*(EAGAIN|WAKE)|rt_sigaction'
fi
if want node; then
    server node server.js
    ready
    client client 7000 hello "how are you"
    printf 'bye\n' | client nc -N 127.0.0.1 7000
    wait
    cut 'futex|\.js'
fi
if want java; then
    [ bin/Server.class -nt Server.java ] || javac -d bin Server.java
    server java -Xint -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -cp bin Server
    ready
    client client 7000 hello "how are you"
    client client 7000 again
    wait
    cut 'futex|SIGSEGV|\.class|\.jar|hsperf|/tmp'
fi
flags=${flags%,futex}
if want redis; then
    server redis-server --port 7000 --bind 127.0.0.1 --save '' --appendonly no --dir $demo
    ready
    count=1
    client $python redis_client.py
    client curl -s telnet://127.0.0.1:7000 < <(printf 'SHUTDOWN\r\n'; sleep 0.5) || :
    wait
    cut '\.conf|\.rdb|temp-|fcntl.*F_(GET|SET)LK'
fi
if want nginx; then
    server nginx -c $demo/nginx.conf
    ready
    ready ' epoll_wait' || :
    client curl -s http://127.0.0.1:7000/page.html
    client curl -s http://127.0.0.1:7000/missing.html
    kill -QUIT "$(cat nginx.pid)"
    wait
    cut 'nginx\.conf|mime\.types|\.so'
fi
if want socat; then
    server iterative 7000 2
    ready
    server socat TCP-LISTEN:7001,bind=127.0.0.1,reuseaddr,fork TCP:127.0.0.1:7000
    ready
    proxy=$pid
    client client 7001 hello "how are you"
    printf 'bye\n' | client nc -N 127.0.0.1 7001
    sleep 0.5
    stop TERM $proxy
    wait
    cut
fi
if want ncat; then
    server ncat -l 127.0.0.1 7000 --exec "/usr/bin/tr a-z A-Z"
    ready
    printf 'hello\nbye\n' | client ncat 127.0.0.1 7000
    wait
    cut
fi
if want memcached; then
    server memcached -u nobody -l 127.0.0.1 -p 7000 -U 0 -t 2
    ready
    printf 'set greeting 0 0 5\r\nhello\r\nget greeting\r\nquit\r\n' | client nc -N 127.0.0.1 7000
    sleep 0.3
    stop INT $pid
    wait
    cut
fi
if want haproxy; then
    server iterative 7000 2
    ready
    server haproxy -db -f haproxy.cfg
    ready
    client client 7001 hello "how are you"
    client client 7001 again
    sleep 0.3
    stop TERM $pid
    wait
    cut
fi
