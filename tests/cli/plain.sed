# What differs between kernels: how far the intake worker could be confined.
s/landlock [0-9][0-9]* + seccomp/$SANDBOX/g
s/no landlock: [^;"]*; seccomp/$SANDBOX/g
