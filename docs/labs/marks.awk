# What a recording shows: reads what enchufe-trace --facts prints, prints a mark a line, for check.sh.
# A connection is known by its two addresses as strace shows them: here what is accepted is the server's end.

# From HH:MM:SS.ffffff, or from seconds.
function seconds(time,    part) {
    return split(time, part, ":") == 3 ? part[1] * 3600 + part[2] * 60 + part[3] : time + 0
}
# How often a part occurs in a text.
function count(text, part,    n, at) {
    for (n = 0; (at = index(text, part)) > 0; n++) text = substr(text, at + length(part))
    return n
}
# The first string in a call: the bytes that were sent or received, as strace escapes them.
function bytes(text) {
    return match(text, /"([^"\\]|\\.)*"/) ? substr(text, RSTART + 1, RLENGTH - 2) : ""
}
# "own address->peer's" of the first descriptor in a text, if it is a connected socket.
function connection(text) {
    if (!match(text, /^[0-9]+<TCP[^ \[]*\[[^ ]*->[^ ]*\]>/)) return ""
    text = substr(text, RSTART, RLENGTH - 2)
    return substr(text, index(text, "[") + 1)
}
# Whether it was forked by a process that listens.
function is_child(pid) { return pid in parent && parent[pid] in listens }
function mark(name) { if (!(name in marked)) { marked[name] = 1; print name } }

$1 == "child" { parent[$3] = $2; if ($2 in listens) children[$2]++ }
$1 == "reaped" { reaped[$3] = 1 }
$1 != "call" { next }
{
    pid = $2; at = seconds($3)
    text = substr($0, length($1 $2 $3) + 4)
    name = substr(text, 1, index(text, "(") - 1)
    took = match(text, /<[0-9.]+>$/) ? substr(text, RSTART + 1, RLENGTH - 2) + 0 : 0
    end = 0; for (i = index(text, ") = "); i > 0; i = index(substr(text, end + 1), ") = ")) end += i
    args = substr(text, length(name) + 2, end - length(name) - 2)
    result = substr(text, end + 4); value = result + 0
    own = connection(args)
    waits = name ~ /^(select|_newselect|pselect6|pselect6_time64|poll|ppoll|ppoll_time64)$/
    multiplexes = name ~ /select/
}

# Signals, and how processes end.
text ~ /^--- SIGSTOP / { stopped[pid] = at; if (pid in listens) { halted = pid; since = at } }
text ~ /^--- SIGCONT / && pid in stopped { continued[pid] = 1; if (pid == halted) halted = "" }
text ~ /^\+\+\+ killed by SIGKILL/ { killed[pid] = 1 }

name == "listen" && value == 0 { listens[pid] = 1; match(args, /[0-9]+$/); backlog[pid] = substr(args, RSTART) + 0 }
name ~ /^accept4?$/ && value >= 0 && connection(result) != "" {
    conn = connection(result)
    accepted[conn] = pid; order[conn] = ++turn; accepts[pid]++
    if (pid in continued) late[pid]++
}

# Who is asleep, where, and when: enough to compare afterwards.
(waits || name ~ /^(accept4?|recvfrom|recv|read)$/) && took >= 1 {
    sleeps++
    who[sleeps] = pid; from[sleeps] = at; until[sleeps] = at + took
    sockets[sleeps] = count(args, "->"); keyboard[sleeps] = args ~ /[[ ]0</ || args ~ /fd=0</
    multiplexed[sleeps] = multiplexes
}

# Clients that connect. A socket that is not blocking is connected when a wait says so.
name == "connect" && args ~ /sin6?_port/ {
    client[pid] = 1; asked[pid] = result ~ /EINPROGRESS/
    if (took >= 0.9 && halted != "") { if (value == 0) mark("late"); else mark("gave-up") }
    if (value == 0 && took < 0.9 && halted != "") queued++
}
waits && asked[pid] {
    if (took >= 0.9 && since && at >= since) { if (value > 0) mark("late"); else mark("gave-up") }
    asked[pid] = value > 0 ? took < 0.9 : 0
}
name == "getsockopt" && args ~ /SO_ERROR, \[0\]/ && asked[pid] { if (halted != "") queued++; asked[pid] = 0 }

name ~ /^(recvfrom|recv|read|recvmsg)$/ && own in accepted && value > 0 {
    data = bytes(args); lines = count(data, "\\n"); heard[own] = at; heard_by[pid] = at
    if (lines > 0 && half[own]) mark("pieces")
    if (lines > 1) mark("several")
    messages[own] += lines
    half[own] = data !~ /\\n$/
    # Another one was answered while this one was connected and silent.
    for (other in answered) if (other != own && by[other] == pid && answered[other] > order[own]) resumed[own] = 1
}
name ~ /^(sendto|send|write|sendmsg)$/ && own in accepted && value > 0 {
    data = bytes(args); replies[own] += count(data, "\\n"); answered[own] = ++turn; by[own] = pid
    if (half[own] && replies[own] > messages[own]) hasty = 1
    for (other in stopped) if (other != pid && is_child(other) && !(other in continued) && heard_by[pid] > stopped[other])
        mark("others-served")
    if (index(data, "Servidor: cerrando")) told[pid] = 1
    if (resumed[own]) mark("together")
}
name ~ /^(sendto|send|write)$/ && own != "" && !(own in accepted) && value > 0 && client[pid] {
    if (halted != "") mark("sent")
    if (count(bytes(args), "\\n") > 1) mark("several")
}
name == "close" && own in accepted { gone[own] = 1 }
multiplexes && pid in listens && count(args, "->") > 1 { mark("selects") }

END {
    for (pid in listens) {
        if (accepts[pid] > 1) mark("server")
        if (children[pid]) mark("forks"); else if (accepts[pid]) mark("one-process")
        if (backlog[pid] < 8) mark("short-queue")
        if (pid in stopped) mark("server-stopped")
        if (queued > backlog[pid] && queued > 0) mark("queued")
        if (late[pid] > backlog[pid] + 1) mark("accepted-later")
        if (pid in killed && children[pid]) parent_killed = 1
    }
    for (pid in stopped) if (is_child(pid)) {
        mark("child-stopped")
        if (parent_killed && pid in continued && pid in told) mark("child-woken")
    }
    for (pid in killed) if (is_child(pid) && pid in reaped) mark("child-killed")
    if (parent_killed) {
        mark("parent-killed")
        for (pid in told) if (is_child(pid) && !(pid in stopped)) mark("children-told")
    }
    for (one = 1; one <= sleeps; one++) {
        pid = who[one]
        if (children[pid] && sockets[one] == 0) mark("parent-sleeps")
        if (client[pid] && keyboard[one] && sockets[one] == 1) mark("client-sleeps")
        if (pid in listens && !children[pid] && multiplexed[one] && sockets[one] > 1) mark("one-for-all")
        for (other = 1; other < one; other++)
            if (is_child(pid) && is_child(who[other]) && who[other] != pid && from[one] < until[other] \
                && from[other] < until[one]) mark("children-sleep")
    }
    for (own in messages) { all_messages += messages[own]; all_replies += replies[own]; if (replies[own] != messages[own]) wrong = 1 }
    if (all_messages > 0 && !wrong && !hasty) mark("answers")
}
