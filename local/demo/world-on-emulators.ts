import { emulatedGround, type EmulatedGround } from '#local/emulation/emulated-platform';
import { DEMO_CELLS, DEMO_DEPLOYMENT, demoOn, type BootedDemo } from './demo-on-world.ts';
import type { Scenario } from './scenario.ts';

/** Boots the demo's world on emulators. */
export async function bootDemoWorld(
  scenarios: readonly Scenario[],
): Promise<BootedDemo & { readonly ground: EmulatedGround }> {
  const ground = await emulatedGround({ deployment: DEMO_DEPLOYMENT, cells: DEMO_CELLS });
  const demo = await demoOn(ground, scenarios);
  return { ...demo, ground };
}
