/** How many worlds are played, and which: the usual ones unless the environment says otherwise. */
export function howMany(usual: number): { numRuns: number; seed: number; path?: string } {
  const { WORLDS, WORLD_SEED, WORLD_PATH } = process.env;
  return {
    numRuns: Number(WORLDS ?? usual),
    seed: Number(WORLD_SEED ?? 1),
    ...(WORLD_PATH === undefined ? {} : { path: WORLD_PATH }),
  };
}
