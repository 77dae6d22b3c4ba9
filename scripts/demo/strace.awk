# Reads a log of `strace -f -ttt -T -yy -o LOG SERVER` and tells what became of its sockets and processes,
# one fact a line:
#
#   accepted FD            accept gave this descriptor to the server
#   child PID              clone gave this process to the server
#   reaped PID             wait4 gave it back
#   closed PID FD          this process closed its copy of the listener's or of a client's descriptor
#   open PID FD            it ended with its copy still open
#
# A call that others interrupted is in two halves in the log, `<unfinished ...>` and `resumed`: they
# are joined here.

{
    pid = $1
    sub(/^[0-9]+ +[0-9:.]+ /, "")
    # How long it took, and what descriptors stand for.
    sub(/ <[0-9.]+>$/, "")
    gsub(/<[A-Za-z0-9-]+:\[[^]]*\]>/, "")
    if (server == "") server = pid
}
/ <unfinished \.\.\.>$/ { sub(/ <unfinished \.\.\.>$/, ""); begun[pid] = $0; next }
/^<\.\.\. [a-z0-9_]+ resumed>/ { sub(/^<\.\.\. [a-z0-9_]+ resumed>/, ""); $0 = begun[pid] $0 }

# Of the children only what they close is told, below.
pid == server && /^accept4?\(/ && result() >= 0 { print "accepted", result() }
pid == server && /^(clone3?|v?fork)\(/ { print "child", result() }
pid == server && /^wait4\(/ && result() > 0 { print "reaped", result() }

/^(socket\(AF_INET|accept4?\(|close\(|clone3?\(|v?fork\()/ && result() >= 0 {
    calls[pid]++
    what[pid, calls[pid]] = $0
    value[pid, calls[pid]] = result()
}

# A child begins with what its parent had open when it called clone. That can be logged after the
# child's first calls, hence all this at the end and process by process, not line by line.
END {
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

function fd_closed() { return substr($0, 7) + 0 }

# What the call returned: the first word after the last `=` that follows the arguments.
function result(    text) {
    text = $0
    if (!match(text, /\) += -?[0-9]+( |$)[^"]*$/)) return -1
    text = substr(text, RSTART, RLENGTH)
    sub(/^\) += /, "", text)
    return text + 0
}
