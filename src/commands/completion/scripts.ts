/** The shells that can ask. */
export const shells = ['bash', 'zsh', 'fish'] as const;

export type Shell = (typeof shells)[number];

const bash = `# bash completion for kc-etl: eval "$(kc-etl completion bash)"
_kc_etl() {
  local line=\${COMP_LINE:0:COMP_POINT} words out directive cur word
  read -ra words <<<"$line"
  [[ $line == *[[:space:]] ]] && words+=('')
  cur=\${words[-1]}
  out=$("\${words[0]}" __complete "\${words[@]:1}" 2>/dev/null) || return
  directive=\${out##*:}
  out=\${out%:*}
  COMPREPLY=()
  # bash completes only what stands behind the last of its word breaks
  local strip=
  [[ $cur == *=* && $COMP_WORDBREAKS == *=* ]] && strip=\${cur%"\${cur##*=}"}
  while IFS=$'\\t' read -r word _; do
    [[ -n $word ]] && COMPREPLY+=("\${word#"$strip"}")
  done <<<"$out"
  if [[ $directive == 0 ]]; then compopt -o default 2>/dev/null
  elif (( directive & 2 )); then compopt -o nospace 2>/dev/null
  fi
}
complete -F _kc_etl kc-etl kubectl-kc_etl
`;

const zsh = `#compdef kc-etl
# zsh completion for kc-etl: put it into a directory of $fpath as _kc-etl, or source it after compinit
_kc_etl() {
  local out line directive=4
  local -a candidates
  out=$("\${(Q)words[1]}" __complete "\${(@Q)words[2,CURRENT]}" 2>/dev/null) || return
  for line in \${(f)out}; do
    if [[ $line == :<-> ]]; then directive=\${line#:}
    elif [[ $line == *$'\\t'* ]]; then
      candidates+=("\${\${line%%$'\\t'*}//:/\\\\:}:\${line#*$'\\t'}")
    else candidates+=("\${line//:/\\\\:}")
    fi
  done
  if (( directive == 0 )); then _files
  elif (( directive & 2 )); then _describe 'kc-etl' candidates -S ''
  else _describe 'kc-etl' candidates
  fi
}
compdef _kc_etl kc-etl
`;

const fish = `# fish completion for kc-etl: kc-etl completion fish | source
function __kc_etl_complete
  set -l words (commandline -opc)
  set -l current (commandline -ct)
  set -l out ($words[1] __complete $words[2..-1] "$current" 2>/dev/null)
  if test "$out[-1]" = ':0'
    __fish_complete_path "$current"
  else if test (count $out) -gt 1
    printf '%s\\n' $out[1..-2]
  end
end
complete -c kc-etl -f -a '(__kc_etl_complete)'
`;

/** Scripts that ask kc-etl itself, so that they never grow old. */
export const completionScripts: Readonly<Record<Shell, string>> = { bash, zsh, fish };
