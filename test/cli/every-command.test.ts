import { describe, expect, it } from 'vitest';
import { words } from './local-deployment.ts';
import { everyCommand, understood, untried } from './ran-commands.ts';

describe('what tests have run of the command', () => {
  it('is a command with its options, wherever they stand', async () => {
    const found = await understood(words("--json host down host1 --reason 'it burns' --force"));

    expect(found).toEqual([
      { name: '', options: ['--json'] },
      { name: 'host down', options: ['--reason', '--force'] },
    ]);
  });

  it('is nothing where the line is no command', async () => {
    expect(await understood(['host', 'paint', 'host1'])).toEqual([]);
  });

  it('is held to every command and option', () => {
    const commands = [
      { name: 'host list', options: ['--cell', '--watch'] },
      { name: 'host show', options: [] },
    ];

    expect(untried(commands, [{ name: 'host list', options: ['--cell'] }])).toEqual([
      'conductor host list --watch',
      'conductor host show',
    ]);
    expect(everyCommand().length).toBeGreaterThan(70);
  });
});
