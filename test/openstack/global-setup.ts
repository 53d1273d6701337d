import type { TestProject } from 'vitest/node';
import { fillCloud, type FilledCloud } from './filled-cloud.ts';
import { openstack } from './world.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    /** The services of this run. */
    openstack: FilledCloud;
  }
}

/** One world for all files: started before the first, stopped by its processes' ids after the last. */
export default async function setUp(project: TestProject): Promise<() => Promise<void>> {
  const available = await openstack();
  if ('skipped' in available) throw new Error(available.skipped);
  const world = await available.start();
  try {
    project.provide('openstack', await fillCloud(world));
  } catch (error) {
    await world.stop();
    throw error;
  }
  return () => world.stop();
}
