import type { Command } from 'commander';
import type { Cli } from './output/answering.ts';
import { CommandFailure, EXIT } from './deployment/failure.ts';

/** `completion bash|zsh`: a script for the shell; it is made of the program itself, so it knows every subcommand. */
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

/** Options whose next word is a value and no subcommand. */
function valued(program: Command): readonly string[] {
  const found = new Set<string>();
  const visit = (command: Command): void => {
    for (const { long, required, optional } of command.options) if (long && (required || optional)) found.add(long);
    command.commands.forEach(visit);
  };
  visit(program);
  return [...found].toSorted();
}

/** A bash function; zsh reads it by its own emulation of bash's completion. */
export function completionScript(program: Command, shell: 'bash' | 'zsh'): string[] {
  const known = words(program);
  const cases = [...known].map(([path, each]) => `    "${path}") words="${each.join(' ')}" ;;`);
  return [
    ...(shell === 'zsh' ? ['autoload -U +X bashcompinit && bashcompinit'] : []),
    '_conductor() {',
    '  local path="" word next words="" cur="${COMP_WORDS[COMP_CWORD]}" i',
    `  local known="|${[...known.keys()].filter((path) => path !== '').join('|')}|"`,
    '  for ((i = 1; i < COMP_CWORD; i++)); do',
    '    word="${COMP_WORDS[i]}"',
    `    case "$word" in ${valued(program).join('|')}) i=$((i + 1)); continue ;; esac`,
    '    next="${path:+$path }$word"',
    '    case "$known" in *"|$next|"*) path="$next" ;; esac',
    '  done',
    '  case "$path" in',
    ...cases,
    '  esac',
    '  COMPREPLY=($(compgen -W "$words" -- "$cur"))',
    '}',
    'complete -o default -F _conductor conductor',
  ];
}
