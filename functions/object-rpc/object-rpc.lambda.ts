import chain from '@middy/core';
import type { SQSEvent } from 'aws-lambda';
import { wiredCell, wireRecords } from '#wiring';
import { partialBatch } from '#rpc/batch';
import { objectQueue } from './object-queue.ts';

/** Lambda behind a conductor queue: the API level's, or that of the cell which CELL names. */
export const handler = chain<SQSEvent>()
  .use(partialBatch())
  .handler(objectQueue(wireRecords('object-rpc'), wiredCell()));
