# Completion of hsmtui for fish. In ~/.config/fish/config.fish: hsmtui completion fish | source

function __hsmtui_complete
    set -l IFS \n
    set -l words (commandline -opc)
    set -l current (commandline -ct)
    set -l program $words[1]
    set -e words[1]
    if string match -q '~/*' -- $program
        set program $HOME(string sub -s 2 -- $program)
    end
    string match -q '*/*' -- $program; or command -q -- $program; or set program hsmtui
    command -q -- $program; or return
    set -l answer (command $program __complete fish $words "$current" 2>/dev/null </dev/null)
    if test "$answer[1]" = files
        set -l lead "$answer[2]"
        set -l path (string sub -s (math 1 + (string length -- "$lead")) -- "$current")
        for found in (complete -C "'' $path")
            printf '%s\n' "$lead$found"
        end
        return
    end
    set -e answer[1]
    printf '%s\n' $answer
end

complete -c hsmtui -f -k -a '(__hsmtui_complete)'
