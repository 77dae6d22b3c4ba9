#!/usr/bin/env python3
"""Leaves whole lines of a strace log out: files of the system, and the start of programs. A call in two lines goes as one."""
import re
import sys

NOISE = re.compile(
    r'</(usr|lib|root|etc/(ld|ssl|nsswitch|host|resolv|gai|services|passwd|group)|proc|sys|var|dev/urandom)'
    r'|"/(usr|lib|root|etc|proc|sys|var)[/"]|arch_prctl|set_tid_address|AT_FDCWD[^,]*, "[^"]*", O_RDONLY.* = -1 ENOENT'
    r'|fcntl\(\d+[^,]*, F_GETFD|\.py[">]|rt_sigaction\(\w+, NULL, |</etc/locale'
)
EXTRA = re.compile(sys.argv[1]) if len(sys.argv) > 1 else None
sys.stdin.reconfigure(newline='\n')
sys.stdout.reconfigure(newline='\n')
dropped = set()
gone = False
for line in sys.stdin:
    if line.startswith(' > ') and gone:  # strace -k: the stack of a call that was left out
        continue
    gone = True
    pid = re.match(r'(\[pid +)?(\d+)?', line)[2]
    resumed = re.search(r'<\.\.\. (\w+) resumed>', line)
    if resumed and (pid, resumed[1]) in dropped:
        dropped.discard((pid, resumed[1]))
        continue
    keep = re.search(r' (execve|exit|exit_group|\+\+\+)\b|socket\(|<(TCP|UDP|UNIX)', line)
    if (NOISE.search(line) and not keep) or (EXTRA and EXTRA.search(line)):
        begun = re.search(r' (\w+)\(.*<unfinished \.\.\.>\r?$', line)
        if begun:
            dropped.add((pid, begun[1]))
        continue
    gone = False
    sys.stdout.write(line)
