import { emulatedPlatform, type EmulatedPlatform } from '#local/emulation/emulated-platform';
import { DEMO_CELLS, DEMO_DEPLOYMENT, demoOn, type BootedDemo } from './demo-on-world.ts';
import type { DemoOptions } from './demo-options.ts';
import type { Scenario } from './scenario.ts';

/** The demo's world, on emulators. */
export type DemoOnEmulators = BootedDemo & { readonly platform: EmulatedPlatform };

/** Boots the demo's world on emulators. @param folder keeps all that it has; one that was kept there goes on */
export async function bootDemoWorld(
  scenarios: readonly Scenario[],
  options: DemoOptions = {},
  folder?: string,
): Promise<DemoOnEmulators> {
  const platform = await emulatedPlatform({ deployment: DEMO_DEPLOYMENT, cells: DEMO_CELLS, folder });
  const demo = await demoOn(platform, scenarios, options);
  return { ...demo, platform };
}
