import { parseArgs } from 'node:util';
import type { DemoOptions } from './demo/demo-options.ts';

/** A command line that cannot be followed, in a line that names the remedy. */
export class WrongUsage extends Error {}

export const LOCAL_HELP = `npm run local -- [options]: a deployment on this machine, until Ctrl-C ends it

  --name NAME        beside others in the same folder; the command reaches it by
                     --profile local:NAME
  --data DIR         keeps tables, queues, messages and executions in this
                     folder; the next world with it goes on where this one ended
  --capacity FACTOR  so many times the room on each host (10 vcpus, 8192 MiB,
                     1028 GiB) and by the quotas (10 servers, 20 cores); 1 to 1000
  --slow             the times of a deployment: a host is down after a minute,
                     and takes five seconds for each order
  --direct           hosts are offered direct calls, and make them
  --help             this text`;

/** What `npm run local` is asked for. */
export interface LocalOptions extends Required<DemoOptions> {
  readonly help: boolean;
  readonly name: string | undefined;
  readonly data: string | undefined;
}

/**
 * Reads the command line. @throws WrongUsage for a value that is none; TypeError of Node for an option that nobody
 * knows
 */
export function localOptions(args: string[]): LocalOptions {
  const { values } = parseArgs({
    args,
    options: {
      help: { type: 'boolean', short: 'h', default: false },
      name: { type: 'string' },
      data: { type: 'string' },
      capacity: { type: 'string', default: '1' },
      slow: { type: 'boolean', default: false },
      direct: { type: 'boolean', default: false },
    },
  });
  const { help, name, data, capacity, slow, direct: directCalls } = values;
  if (name !== undefined && !/^[a-z][a-z0-9-]{0,30}$/u.test(name))
    throw new WrongUsage(`--name ${name}: give a lower-case name of at most 31 characters`);
  if (data === '') throw new WrongUsage('--data: give a folder');
  if (!/^[1-9]\d{0,3}$/u.test(capacity) || Number(capacity) > 1000)
    throw new WrongUsage(`--capacity ${capacity}: give a whole number from 1 to 1000`);
  return { help, name, data, slow, directCalls, capacity: Number(capacity) };
}
