import chain from '@middy/core';
import type { SQSEvent } from 'aws-lambda';
import { wire } from '#wiring';
import { partialBatch } from './batch.ts';
import { taskQueue } from './task-queue.ts';

/** Lambda behind the compute-task queue: messages become workflows. */
export const handler = chain<SQSEvent>()
  .use(partialBatch())
  .handler(taskQueue(wire('task-rpc')));
