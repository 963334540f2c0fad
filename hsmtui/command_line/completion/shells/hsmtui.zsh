#compdef hsmtui
# Completion of hsmtui for zsh. In ~/.zshrc, after compinit: eval "$(hsmtui completion zsh)"

_hsmtui() {
    local program=${${(Q)words[1]}/#\~\//$HOME/} line text note
    [[ $program == */* ]] || whence -p -- "$program" >/dev/null || program=hsmtui
    local -a before answer texts shown add
    before=("${(@)words[2,CURRENT-1]}")
    (( CURRENT > 2 )) || before=()
    answer=("${(@f)$(command "$program" __complete zsh "${(@Q)before}" "${(Q)PREFIX}" 2>/dev/null </dev/null)}")
    if [[ $answer[1] == files ]]; then
        [[ -z $answer[2] ]] || compset -P "${(b)answer[2]}"
        _files
        return
    fi
    local -i width=0
    for line in "${(@)answer[2,-1]}"; do
        text=${line%%$'\t'*}
        texts+=("$text")
        (( ${#text} <= width )) || width=${#text}
    done
    for line in "${(@)answer[2,-1]}"; do
        text=${line%%$'\t'*} note=${line#*$'\t'}
        if [[ -n $note ]]; then
            shown+=("${(r:width:)text}  $note")
            add=(-l)
        else
            shown+=("$text")
        fi
    done
    [[ $answer[1] != part ]] || add+=(-S '')
    compadd -V hsmtui "${(@)add}" -d shown -a -- texts
}

if [[ ${zsh_eval_context[-1]} == loadautofunc ]]; then
    _hsmtui "$@"
else
    (( ${+functions[compdef]} )) || { autoload -Uz compinit && compinit -D -i; }
    compdef _hsmtui hsmtui
fi
