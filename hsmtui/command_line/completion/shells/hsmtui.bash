# Completion of hsmtui for bash. In ~/.bashrc: eval "$(hsmtui completion bash)"

_hsmtui() {
    local program=$1 kind='' line
    [[ $program != '~/'* ]] || program=${HOME-}/${program:2}
    [[ $program == */* ]] || type -P -- "$program" >/dev/null 2>&1 || program=hsmtui
    COMPREPLY=()
    {
        IFS= read -r kind || :
        while IFS= read -r line; do
            COMPREPLY+=("$line")
        done
    } < <(command -- "$program" __complete bash "${COMP_LINE:0:COMP_POINT}" "$2" 2>/dev/null </dev/null)
    case $kind in
        files) compopt -o default 2>/dev/null || : ;;
        part) compopt -o nospace 2>/dev/null || : ;;
    esac
    return 0
}

complete -F _hsmtui hsmtui
