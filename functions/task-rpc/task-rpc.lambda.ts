import { wireTasks } from '#wiring';
import { taskHandler } from './task-queue.ts';

/** Lambda behind the compute-task queue: messages become workflows. */
export const handler = wireTasks('task-rpc', taskHandler);
