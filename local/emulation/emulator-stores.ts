import type { buildApp } from 'fauxqs';
import { PersistenceManager } from '../../node_modules/fauxqs/dist/persistence.js';
import { S3Store } from '../../node_modules/fauxqs/dist/s3/s3Store.js';
import { SnsStore } from '../../node_modules/fauxqs/dist/sns/snsStore.js';
import { SqsStore } from '../../node_modules/fauxqs/dist/sqs/sqsStore.js';

// By the path of their files: the package exports a server with these stores only together
// with a port open to every network.
type Stores = NonNullable<NonNullable<Parameters<typeof buildApp>[0]>['stores']>;

/** Queues, messages and objects of the SQS emulator, kept in a folder: each change is written before it is answered. */
export function emulatorStores(folder: string): Stores {
  const kept = new PersistenceManager(folder);
  const stores = { sqsStore: new SqsStore(), snsStore: new SnsStore(), s3Store: new S3Store() };
  // What is read is not written back: the stores learn where they are kept only afterwards.
  kept.load(stores.sqsStore, stores.snsStore, stores.s3Store);
  for (const store of Object.values(stores)) store.persistence = kept;
  for (const queue of stores.sqsStore.allQueues()) queue.persistence = kept;
  return stores;
}
