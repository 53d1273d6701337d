import { emulatedPlatform, type EmulatedPlatform } from '#local/emulation/emulated-platform';
import { DEMO_CELLS, DEMO_DEPLOYMENT, demoOn, type BootedDemo } from './demo-on-world.ts';
import type { Configuration } from '#ports/configuration';
import type { Scenario } from './scenario.ts';

/** Boots the demo's world on emulators. @param config what it offers beside */
export async function bootDemoWorld(
  scenarios: readonly Scenario[],
  config: Pick<Partial<Configuration>, 'directCalls'> = {},
): Promise<BootedDemo & { readonly platform: EmulatedPlatform }> {
  const platform = await emulatedPlatform({ deployment: DEMO_DEPLOYMENT, cells: DEMO_CELLS });
  const demo = await demoOn(platform, scenarios, config);
  return { ...demo, platform };
}
