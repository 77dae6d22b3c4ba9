# Reads a log of `strace -f -tt -o LOG SERVER` and tells what became of its sockets and processes,
# one fact a line:
#
#   call PID TIME CALL     a call of the server's that the course is about, as it was logged
#   selects N              how many times it called select (only the first ones are facts)
#   accepted FD            accept gave this descriptor to the server
#   child PID              clone gave this process to the server
#   reaped PID             wait4 gave it back
#   closed PID FD          this process closed its copy of the listener's or of a client's descriptor
#   open PID FD            it ended with its copy still open
#
# A call that others interrupted is in two halves in the log, `<unfinished ...>` and `resumed`: they
# are joined here. Variables: `selects`, how many calls of select to show.

{
    pid = $1; time = $2
    sub(/^[0-9]+ +[0-9:.]+ /, "")
    if (server == "") server = pid
}
/ <unfinished \.\.\.>$/ { sub(/ <unfinished \.\.\.>$/, ""); begun[pid] = $0; next }
/^<\.\.\. [a-z0-9_]+ resumed>/ { sub(/^<\.\.\. [a-z0-9_]+ resumed>/, ""); $0 = begun[pid] $0 }

# Of the children only what they close is told, below.
pid == server && /^(bind|listen)\(/ { tell() }
pid == server && /^p?select6?\(/ && ++selected <= selects { tell() }
pid == server && /^socket\(AF_INET/ && result() >= 0 { tell(); ours[result()] }
pid == server && /^accept4?\(/ && result() >= 0 { tell(); ours[result()]; print "accepted", result() }
pid == server && /^close\(/ && (fd_closed() in ours) { tell(); delete ours[fd_closed()] }
# The pipe that nobody writes to: when the parent closes its end, the children close their clients.
pid == server && /^pipe2\(.*, O_CLOEXEC\)/ { tell(); split($0, number, /[^0-9]+/); ours[number[4]] }
pid == server && /^kill\(/ { tell() }
pid == server && /^(clone3?|v?fork)\(/ { tell(); print "child", result() }
pid == server && /^wait4\(/ && result() > 0 { tell(); print "reaped", result() }

/^(socket\(AF_INET|accept4?\(|close\(|clone3?\(|v?fork\()/ && result() >= 0 {
    calls[pid]++
    what[pid, calls[pid]] = $0
    value[pid, calls[pid]] = result()
}

# A child begins with what its parent had open when it called clone. That can be logged after the
# child's first calls, hence all this at the end and process by process, not line by line.
END {
    print "selects", selected + 0
    family[1] = server
    known = 1
    for (i = 1; i <= known; i++) {
        pid = family[i]
        open = inherited[pid] " "
        for (n = 1; n <= calls[pid]; n++) {
            $0 = what[pid, n]
            fd = value[pid, n]
            if (/^(socket|accept)/) {
                open = open fd " "
            } else if (/^close/) {
                if (sub(" " fd_closed() " ", " ", open)) print "closed", pid, fd_closed()
            } else {
                family[++known] = fd
                inherited[fd] = open
            }
        }
        count = split(open, left)
        for (n = 1; n <= count; n++) print "open", pid, left[n]
    }
}

function tell() { print "call", pid, time, $0 }

function fd_closed() { return substr($0, 7) + 0 }

# What the call returned: the first word after the last `=` that follows the arguments.
function result(    text) {
    text = $0
    if (!match(text, /\) += -?[0-9]+( |$)[^"]*$/)) return -1
    text = substr(text, RSTART, RLENGTH)
    sub(/^\) += /, "", text)
    return text + 0
}
