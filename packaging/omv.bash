# SPDX-License-Identifier: LGPL-2.1-or-later
# Completion of the command omv for bash: commands and options are those that its own --help lists.

_omv() {
    local word=${COMP_WORDS[COMP_CWORD]} command=${COMP_WORDS[1]}
    COMPREPLY=()
    if ((COMP_CWORD == 1)); then
        local commands
        commands=$("${COMP_WORDS[0]}" --help 2>/dev/null | sed -n 's/^  \([a-z]\+\) .*/\1/p')
        mapfile -t COMPREPLY < <(compgen -W "$commands --help --version" -- "$word")
    elif [[ $word == -* ]]; then
        local options
        options=$("${COMP_WORDS[0]}" "$command" --help 2>/dev/null | sed -n 's/^  \(-.,\)\? *\(--[a-z0-9-]\+\).*/\2/p')
        mapfile -t COMPREPLY < <(compgen -W "$options" -- "$word")
    fi
}

complete -o default -F _omv omv
