import type { Command } from 'commander';
import { CommandFailure, EXIT } from '#cli/deployment/failure';

/** A command by the words that are typed. */
const typed = (command: Command): string =>
  command.parent === null ? command.name() : `${typed(command.parent)} ${command.name()}`;

const seeHelp = (command: Command): string => `see ${typed(command)} --help`;

/** Why a command line is not understood, in one line that names what was likely meant, or where to look it up. */
export function usageFailure(command: Command, text: string): CommandFailure {
  const [why = '', ...meant] = text
    .trim()
    .replace(/^error: /u, '')
    .split('\n');
  const remedy = meant.length === 0 ? `: ${seeHelp(command)}` : ` ${meant.join(' ')}`;
  return new CommandFailure(`${why.replace(/\.$/u, '')}${remedy}`, EXIT.usage);
}

/** A noun stands alone; people are shown its help. */
export const commandMissing = (command: Command): CommandFailure =>
  new CommandFailure(`a command is missing: ${seeHelp(command)}`, EXIT.usage);

/** A text below the help, in the width of the help. */
export function belowHelp(text: string): (context: { readonly command: Command; readonly error: boolean }) => string {
  return ({ command, error }) => {
    const output = command.configureOutput();
    const width = (error ? output.getErrHelpWidth?.() : output.getOutHelpWidth?.()) ?? 80;
    return command.createHelp().boxWrap(text, width);
  };
}
