#!/bin/sh
# Writes a long log, as of an epoll server and its clients under one "strace -f -tt -T -yy": million.sh [LINES [CLIENTS]] > LOG.
# Nothing is recorded: to trace that much takes minutes. Every message that is sent is received, and answered in the same words.
exec awk -v lines="${1:-1000000}" -v clients="${2:-100}" '
function stamp(more,   s) {
    clock += more
    s = int(clock / 1000000)
    return sprintf("%02d:%02d:%02d.%06d", s / 3600, s / 60 % 60, s % 60, clock % 1000000)
}
function say(pid, text) {
    printf "%-5d %s %s\n", pid, stamp(5 + int(rand() * 40)), text
    written++
}
function took() { return sprintf(" <0.%06d>", 1 + int(rand() * 4)) }
# A call in two lines, and how long it took in all.
function begin(pid, text) {
    say(pid, text " <unfinished ...>")
    begun[pid] = clock
}
function end(pid, text,   at) {
    at = stamp(5 + int(rand() * 40))
    printf "%-5d %s <... %s <%.6f>\n", pid, at, text, (clock - begun[pid]) / 1000000
    written++
}
function near(c) { return "TCP:[127.0.0.1:7000->127.0.0.1:" 40000 + c "]" }
function far(c) { return "TCP:[127.0.0.1:" 40000 + c "->127.0.0.1:7000]" }
function address(port) { return "{sa_family=AF_INET, sin_port=htons(" port "), sin_addr=inet_addr(\"127.0.0.1\")}" }
function event(c) { return "{events=EPOLLIN, data={u32=" c + 10 ", u64=" c + 10 "}}" }
BEGIN {
    srand(7)
    clock = 9 * 3600 * 1000000
    server = 3000
    epoll = "4<anon_inode:[eventpoll]>"
    say(server, "execve(\"/srv/demo/bin/epoll\", [\"epoll\", \"7000\"], 0x7ffe5edd0f90 /* 6 vars */) = 0" took())
    say(server, "socket(AF_INET, SOCK_STREAM, IPPROTO_IP) = 3<TCP:[900000]>" took())
    say(server, "bind(3<TCP:[900000]>, " address(7000) ", 16) = 0" took())
    say(server, "listen(3<TCP:[127.0.0.1:7000]>, 128) = 0" took())
    say(server, "epoll_create1(EPOLL_CLOEXEC) = " epoll took())
    say(server, "epoll_ctl(" epoll ", EPOLL_CTL_ADD, 3<TCP:[127.0.0.1:7000]>, {events=EPOLLIN, data={u32=3, u64=3}}) = 0" took())
    for (c = 0; c < clients; c++) {
        begin(server, "epoll_wait(" epoll ", ")
        say(4000 + c, "execve(\"/srv/demo/bin/client\", [\"client\", \"7000\"], 0x7ffe5edd0f90 /* 6 vars */) = 0" took())
        say(4000 + c, "socket(AF_INET, SOCK_STREAM, IPPROTO_IP) = 3<TCP:[" 900001 + c "]>" took())
        say(4000 + c, "connect(3<TCP:[" 900001 + c "]>, " address(7000) ", 16) = 0" took())
        end(server, "epoll_wait resumed>[{events=EPOLLIN, data={u32=3, u64=3}}], 8, -1) = 1")
        say(server, "accept4(3<TCP:[127.0.0.1:7000]>, NULL, NULL, SOCK_CLOEXEC|SOCK_NONBLOCK) = " c + 10 "<" near(c) ">" took())
        say(server, "epoll_ctl(" epoll ", EPOLL_CTL_ADD, " c + 10 "<" near(c) ">, " event(c) ") = 0" took())
    }
    while (written < lines - 7 * clients - 8) {
        c = int(rand() * clients)
        text = "\"message " ++count[c] " of client " c "\\n\""
        size = length(text) - 3
        begin(server, "epoll_wait(" epoll ", ")
        say(4000 + c, "sendto(3<" far(c) ">, " text ", " size ", 0, NULL, 0) = " size took())
        begin(4000 + c, "recvfrom(3<" far(c) ">, ")
        end(server, "epoll_wait resumed>[" event(c) "], 8, -1) = 1")
        say(server, "recvfrom(" c + 10 "<" near(c) ">, " text ", 1024, 0, NULL, NULL) = " size took())
        say(server, "sendto(" c + 10 "<" near(c) ">, " text ", " size ", MSG_NOSIGNAL, NULL, 0) = " size took())
        end(4000 + c, "recvfrom resumed>" text ", 1024, 0, NULL, NULL) = " size)
    }
    for (c = 0; c < clients; c++) {
        say(4000 + c, "close(3<" far(c) ">) = 0" took())
        say(4000 + c, "exit_group(0)     = ?")
        say(4000 + c, "+++ exited with 0 +++")
        say(server, "epoll_wait(" epoll ", [" event(c) "], 8, -1) = 1" took())
        say(server, "recvfrom(" c + 10 "<" near(c) ">, \"\", 1024, 0, NULL, NULL) = 0" took())
        say(server, "epoll_ctl(" epoll ", EPOLL_CTL_DEL, " c + 10 "<" near(c) ">, NULL) = 0" took())
        say(server, "close(" c + 10 "<" near(c) ">) = 0" took())
    }
    say(server, "exit_group(0)     = ?")
    say(server, "+++ exited with 0 +++")
}'
