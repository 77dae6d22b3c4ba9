#!/bin/bash
# Records one small conversation (programs/small.c) into DIR, in every format: tests/trace/formats.sh DIR. After record.sh, which
# builds the programs.
set -eu
# strace -v shows the environment: a bare one.
[ "${HOME-/}" = / ] || exec env -i HOME=/ LC_ALL=C PATH=/usr/sbin:/usr/bin bash "$0" "$@"
here=$(cd "$(dirname "$0")" && pwd)
out=$(mkdir -p "$1" && cd "$1" && pwd)
rm -f "$out"/*.log "$out"/*.log.*
cd /srv/demo
unset OLDPWD
calls=trace=%network,%process,read,write,close,dup2,rt_sigaction,wait4
cut() { "$here"/programs/cut.py < "$1" > "$1.cut" && mv "$1.cut" "$1"; }
# NAME, and the options
record() {
    name=$1
    shift
    strace "$@" -e $calls -o "$out/$name.log" bin/small 7000 > /dev/null
    [ ! -e "$out/$name.log" ] || cut "$out/$name.log"
}
record plain -f -tt -T -yy -s 1000
record no_f -tt -T -yy -s 1000
record ff -ff -tt -T -yy -s 1000
for one in "$out"/ff.log.*; do cut "$one"; done
record no_times -f -T -yy -s 1000
record t -f -t -T -yy -s 1000
record ttt -f -ttt -T -yy -s 1000
record r -f -r -T -yy -s 1000
record t_r -f -t -r -T -yy -s 1000
record ns -f --absolute-timestamps=format:time,precision:ns --syscall-times=ns -yy -s 1000
record unix_ms -f --absolute-timestamps=format:unix,precision:ms --syscall-times=ms -yy -s 1000
record no_T -f -tt -yy -s 1000
record y -f -tt -T -y -s 1000
record no_y -f -tt -T -s 1000
record bare -f
record s8 -f -tt -T -yy -s 8
record v -f -tt -T -yy -s 1000 -v
record x -f -tt -T -yy -s 1000 -x
record xx -f -tt -T -yy -s 1000 -xx
record n -f -tt -T -yy -s 1000 -n
record i -f -tt -T -yy -s 1000 -i
record k -f -tt -T -yy -s 1000 -k
record C -f -tt -T -yy -s 1000 -C
record pids_comm -f -tt -T -yy -s 1000 -Y
record quiet -f -tt -T -yy -s 1000 -qqq
record a1 -f -tt -T -yy -s 1000 -a 1
record all_options -f -tt -r -T -yy -s 1000 -n -i -v -x -C
record c_only -f -c

# What strace writes without -o: "[pid N]", and who is attached.
strace -f -tt -T -yy -s 1000 -e $calls bin/small 7000 2> "$out/stderr.log" > /dev/null
cut "$out/stderr.log"
strace -f -e $calls bin/small 7000 2> "$out/stderr_bare.log" > /dev/null
cut "$out/stderr_bare.log"
# As a terminal shows it, with what the program prints.
script -qec "strace -f -tt -T -yy -s 1000 -e $calls bin/small 7000" /dev/null > "$out/terminal.log" < /dev/null
cut "$out/terminal.log"

# Attached to a server that waits, and detached from it while it waits again.
bin/fork 7000 3 &
server=$!
sleep 0.3
strace -f -tt -T -yy -s 1000 -e $calls -p $server 2> "$out/attached.log" &
strace=$!
sleep 0.5
bin/client 7000 hello "buenos días" > /dev/null
sleep 0.3
kill -INT $strace
wait $strace || :
strace -f -tt -T -yy -s 1000 -e $calls -o "$out/killed.log" -p $server 2> /dev/null &
strace=$!
sleep 0.5
bin/client 7000 hello "buenos días" > /dev/null
sleep 0.3
kill -KILL $strace
wait $strace || :
bin/client 7000 > /dev/null
wait $server || :

bin/fork 7000 2 &
server=$!
sleep 0.3
strace -f -o "$out/attached_bare.log" -e $calls -p $server 2> /dev/null &
sleep 0.5
bin/client 7000 hello "buenos días" > /dev/null
bin/client 7000 > /dev/null
wait

# Descriptors as numbers, without times: servers alone, and what makes both ends itself.
bare() {
    strace -f -e $calls,select,pselect6,pipe2 -o "$out/bare_$1.log" "$@" > /dev/null 2>&1 < /dev/null
}
for one in threads select; do
    (cd bin && PATH=.:$PATH bare $one 7000 2) &
    sleep 0.5
    bin/client 7000 hello "how are you" > /dev/null
    bin/client 7000 again > /dev/null
    wait
done
(cd bin && PATH=.:$PATH bare inetd 7000) &
sleep 0.5
printf 'hello\nbye\n' | nc -N 127.0.0.1 7000 > /dev/null
wait
(cd bin && PATH=.:$PATH bare udp 7000) &
sleep 0.5
bin/udp -c 7000
wait
(cd bin && PATH=.:$PATH bare socketpair)
(cd bin && PATH=.:$PATH bare pipe)
for one in "$out"/bare_*.log; do cut "$one"; done

# The same bytes, otherwise wrapped.
sed 's/$/\r/' "$out/plain.log" > "$out/crlf.log"
(printf '\357\273\277'; cat "$out/plain.log") > "$out/bom.log"
awk 'NR == 1 { print "$ strace -f -o log bin/small 7000"; print "" } { print }
    NR == 4 { print "make: *** [Makefile:3: all] Error 1" } NR == 9 { print "hello = world"; print "12345" }' \
    "$out/plain.log" > "$out/junk.log"
: > "$out/empty.log"
cp "$here/programs/small.c" "$out/no_log.log"
