import type { Command } from 'commander';
import type { Cli } from './output/answering.ts';
import { CommandFailure, EXIT } from './deployment/failure.ts';

/**
 * `completion bash|zsh`: a script for the shell; it is made of the program itself, so it knows every subcommand. Names
 * of hosts, cells and servers it asks for.
 */
export function addCompletion(program: Command, cli: Cli): void {
  program
    .command('completion')
    .description('Print a completion script: source <(conductor completion bash)')
    .argument('<shell>', 'bash or zsh')
    .action((shell: string) => {
      if (shell === 'bash' || shell === 'zsh') {
        for (const line of completionScript(program, shell)) cli.print(line);
        return;
      }
      cli.complain(
        `conductor: ${new CommandFailure(`there is no completion for ${shell}: choose bash or zsh`).message}`,
      );
      cli.end(EXIT.usage);
    });
}

/** Words that may follow each path of subcommands. */
function words(program: Command): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, readonly string[]>();
  const globals = program.options.map(({ long }) => long ?? '');
  const visit = (command: Command, path: string): void => {
    const options = command.options.map(({ long }) => long ?? '');
    found.set(path, [
      ...command.commands.map((each) => each.name()),
      ...options,
      ...(path === '' ? [] : globals),
      '--help',
    ]);
    for (const each of command.commands) visit(each, `${path} ${each.name()}`.trim());
  };
  visit(program, '');
  return found;
}

/** Options whose next word is a value and no subcommand, with what may be chosen where that is settled. */
function valued(program: Command): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, readonly string[]>();
  const visit = ({ options, commands }: Command): void => {
    for (const { long, required, argChoices } of options) if (long && required) found.set(long, argChoices ?? []);
    commands.forEach(visit);
  };
  visit(program);
  return found;
}

/** What an operator names, and the command that lists its names; the first heading of its table is the name. */
const LISTED: Readonly<Record<string, string>> = {
  host: 'host list --columns host',
  cell: 'cell list --columns name',
  server: 'server list --columns uuid',
};

/** Which list the first argument of each subcommand is taken from, by its path. */
function listedArguments(program: Command): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  const visit = (command: Command, path: string, noun: string): void => {
    const [name] = command.registeredArguments.map((each) => each.name());
    const kind = kindOf(name, noun);
    if (kind !== undefined && !NEW.has(path)) found.set(path, kind);
    for (const each of command.commands) visit(each, `${path} ${each.name()}`.trim(), path.split(' ')[0] ?? '');
  };
  visit(program, '', '');
  return found;
}

/** Subcommands whose argument is a name that there is not yet. */
const NEW: ReadonlySet<string> = new Set(['host add', 'cell create']);

/** A uuid or a name is that of the noun before it; an execution is found by its server. */
const kindOf = (name: string | undefined, noun: string): string | undefined => {
  const kind = name === 'uuid' || name === 'name' ? noun : name;
  return kind === 'execution' ? 'server' : [kind].find((each) => each !== undefined && Object.hasOwn(LISTED, each));
};

/** Options that say which deployment is meant, and so whose names are listed. */
const DEPLOYMENT = ['--profile', '--endpoint-url', '--deployment', '--region'];

/** An alias is a function to zsh: what stands behind an alias it completes as files. */
const ALIAS_OF_ZSH = [
  'if (( ${+aliases[conductor]} )); then',
  '  _conductor_line="${aliases[conductor]}"; unalias conductor',
  '  eval "conductor() { $_conductor_line \\"\\$@\\"; }"; unset _conductor_line',
  'fi',
  'whence compdef >/dev/null || { autoload -U +X compinit && compinit; }',
  'autoload -U +X bashcompinit && bashcompinit',
];

/**
 * Words as they were typed, in `typed`: bash parts them at `=` and `:` too, and `--profile local:mine` is two words.
 */
const TYPED = [
  '  for ((i = 0; i <= COMP_CWORD; i++)); do',
  '    word="${COMP_WORDS[i]}" rest="${line#"${line%%[![:space:]]*}"}"',
  '    if [[ -n "${BASH_VERSION-}" && -n "${COMP_LINE-}" && $n -gt 0 && "$rest" == "$line" ]]; then',
  '      typed[n-1]="${typed[n-1]}$word"',
  '    else',
  '      typed[n]="$word"; n=$((n + 1))',
  '    fi',
  '    line="${rest#"$word"}"',
  '  done',
  '  cur="${typed[n-1]}" last=""',
  '  ((n < 2)) || last="${typed[n-2]}"',
  '  case "$cur" in --*=*) last="${cur%%=*}" cur="${cur#*=}"; [[ -n "${BASH_VERSION-}" ]] || lead="$last=" ;; esac',
];

/**
 * A bash function; zsh reads it by its own emulation of bash's completion. Names of hosts, cells and servers are asked
 * for by the very word that is completed, which may be a function or an alias that says which deployment is meant.
 */
export function completionScript(program: Command, shell: 'bash' | 'zsh'): string[] {
  const known = words(program);
  const values = valued(program);
  const cases = [...known].map(([path, each]) => `    "${path}") words="${each.join(' ')}" ;;`);
  const lists = Object.entries(LISTED).map(([kind, command]) => `    ${kind}) list="${command}" ;;`);
  const kinds = [...listedArguments(program)].map(([path, kind]) => `    "${path}") kind=${kind} ;;`);
  const choices = [...values].map(([option, each]) => `    ${option}) words="${each.join(' ')}" kind="" ;;`);
  return [
    ...(shell === 'zsh' ? ALIAS_OF_ZSH : []),
    '_conductor() {',
    // `path` is zsh's own: a local of that name would take PATH away.
    '  local at="" word next words="" kind="" list="" lead="" cur last rest i n=0 line="${COMP_LINE-}"',
    '  local typed=() which=()',
    `  local known="|${[...known.keys()].filter((path) => path !== '').join('|')}|"`,
    ...TYPED,
    '  for ((i = 1; i < n - 1; i++)); do',
    '    word="${typed[i]}"',
    `    case "$word" in ${DEPLOYMENT.join('|')}) which+=("$word" "\${typed[i+1]}") ;; esac`,
    `    case "$word" in ${DEPLOYMENT.map((option) => `${option}=*`).join('|')}) which+=("$word") ;; esac`,
    `    case "$word" in ${[...values.keys()].join('|')}) i=$((i + 1)); continue ;; esac`,
    '    next="${at:+$at }$word"',
    '    case "$known" in *"|$next|"*) at="$next"; kind="" ;; *) [[ "$word" == -* ]] || kind=given ;; esac',
    '  done',
    '  case "$at" in',
    ...cases,
    '  esac',
    '  [[ -n "$kind" ]] || case "$at" in',
    ...kinds,
    '  esac',
    '  case "$last" in',
    ...choices,
    '  esac',
    '  case "$last" in',
    '    --host|--to) kind=host ;;',
    '    --cell) kind=cell ;;',
    '    --server) kind=server ;;',
    '  esac',
    '  case "$kind" in',
    ...lists,
    '  esac',
    '  if [[ -n "$list" && "$cur" != -* ]]; then',
    '    words="$(eval "${COMP_WORDS[0]} \\"\\${which[@]}\\" $list --format csv" 2>/dev/null | tail -n +2)"',
    '  fi',
    '  COMPREPLY=($(compgen -P "$lead" -W "$words" -- "$cur"))',
    '}',
    'complete -o default -F _conductor conductor',
  ];
}
