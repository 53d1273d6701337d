import { randomIds } from '#adapters/system/ids';
import { SystemClock } from '#adapters/system/clock';
import { ConductorClient, type ClientLog, type ClientOptions } from './conductor-client.ts';
import { SqsBus, type SqsBusOptions } from './sqs-bus.ts';

export type { SqsAnswer, SqsClient } from '#adapters/sqs/sqs-client';
export { SqsBus, type S3Settings, type SqsBusOptions } from './sqs-bus.ts';

/**
 * A client of a deployment's queues, with the machine's clock. Its first call makes a
 * reply queue, which `close` deletes.
 */
export function connect(
  options: SqsBusOptions & ClientOptions & { readonly log?: ClientLog | undefined },
): ConductorClient {
  const { log } = options;
  const ports = { bus: new SqsBus(options), clock: new SystemClock(), ids: randomIds };
  return new ConductorClient(log === undefined ? ports : { ...ports, log }, options);
}
