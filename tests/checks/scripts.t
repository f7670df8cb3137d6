#!/bin/sh
# Scripts parse, and shellcheck (where installed) has nothing to say.
. "$(dirname "$0")/lib.sh"

scripts() { # PATTERN: files whose first line matches
        git ls-files -co --exclude-standard | while read -r file; do
                [ -f "$file" ] && head -n 1 "$file" | grep -qE "$1" && echo "$file"
        done
        :
}

sh_parses() { for f in $(scripts '^#!.*/(ba)?sh'); do bash -n "$f" || return; done; }
perl_parses() { for f in $(scripts '^#!.*perl'); do perl -wc "$f" || return; done; }
clean() {
        # shellcheck disable=SC2046  # names without blanks
        shellcheck $(scripts '^#!.*/(ba)?sh')
}

step "every shell script parses" sh_parses
step "every perl script parses" perl_parses
if command -v shellcheck >/dev/null 2>&1; then
        step "shellcheck has nothing to say" clean
else
        steps=$((steps + 1))
        echo "ok $steps # SKIP shellcheck is not installed"
fi
finish
