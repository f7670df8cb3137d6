# What differs between kernels and builds: how far the intake worker could be confined.
s/ (sanitizer build: refused calls fail)//g
s/landlock [0-9][0-9]* + seccomp/$SANDBOX/g
s/no landlock: [^;"]*; seccomp/$SANDBOX/g
# Ledger hashes cover that note, so they differ with it.
s/\(hash\|head\|head is\) [0-9a-f]\{12\}\( *$\|[;,]\)/\1 $HASH\2/
s/"\(hash\|previous\|ledger_head\|ledger_hash\)": "[0-9a-f]\{64\}"/"\1": "$HASH"/
/^ *[0-9][0-9]*  [0-9-]*T[0-9:]*Z  /s/[0-9a-f]\{12\}$/$HASH/
