import { randomIds } from '#adapters/system/ids';
import { SystemClock } from '#adapters/system/clock';
import type { Log } from '#ports/log';
import { ConductorClient, type ClientOptions } from './index.ts';
import { SqsBus, type SqsBusOptions } from './sqs-bus.ts';

/** A client of a deployment's queues, with the machine's clock. Its first call makes a reply queue, which `close` deletes. */
export function connect(options: SqsBusOptions & ClientOptions & { readonly log?: Log }): ConductorClient {
  const { log } = options;
  const ports = { bus: new SqsBus(options), clock: new SystemClock(), ids: randomIds };
  return new ConductorClient(log === undefined ? ports : { ...ports, log }, options);
}
