import chain from '@middy/core';
import type { SQSEvent } from 'aws-lambda';
import { wireTasks } from '#wiring';
import { partialBatch } from '#rpc/batch';
import { taskQueue } from './task-queue.ts';

/** Lambda behind the compute-task queue: messages become workflows. */
export const handler = chain<SQSEvent>()
  .use(partialBatch())
  .handler(taskQueue(wireTasks('task-rpc')));
