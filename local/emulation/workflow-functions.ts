import type { Json } from '#ports/json';
import type { Services } from '#ports/services';
import { attachVolumeFunction } from '#workflows/attach-volume/steps';
import { buildFunction } from '#workflows/build/steps';
import { cacheImagesFunction } from '#workflows/cache-images/steps';
import { coldMigrateFunction } from '#workflows/cold-migrate/steps';
import { confirmAcrossCellsFunction } from '#workflows/confirm-across-cells/steps';
import { crossCellResizeFunction } from '#workflows/cross-cell-resize/steps';
import { launchFunction } from '#workflows/launch/steps';
import { liveMigrateFunction } from '#workflows/live-migrate/steps';
import { rebuildFunction } from '#workflows/rebuild/steps';
import { revertAcrossCellsFunction } from '#workflows/revert-across-cells/steps';
import type { StepEvent } from '#workflows/step';
import { unshelveFunction } from '#workflows/unshelve/steps';

/** A function as Lambda invokes it: event and answer are JSON. */
export type Invocable = (event: unknown) => Promise<Json>;

/** Hands a function its event as text, and its answer on as text, as Lambda does. */
const overJson =
  <S>(deployed: (services: Services) => (event: StepEvent<S>) => Promise<object>) =>
  (services: Services): Invocable => {
    const run = deployed(services);
    return async (given) => {
      const event: StepEvent<S> = JSON.parse(JSON.stringify(given));
      const answer: Json = JSON.parse(JSON.stringify(await run(event)));
      return answer;
    };
  };

/** The deployed function of every workflow, by the name that its state machine, its folder and its function share. */
export const WORKFLOW_FUNCTIONS: Readonly<Record<string, (services: Services) => Invocable>> = {
  'attach-volume': overJson(attachVolumeFunction),
  build: overJson(buildFunction),
  'cache-images': overJson(cacheImagesFunction),
  'cold-migrate': overJson(coldMigrateFunction),
  'confirm-across-cells': overJson(confirmAcrossCellsFunction),
  'cross-cell-resize': overJson(crossCellResizeFunction),
  launch: overJson(launchFunction),
  'live-migrate': overJson(liveMigrateFunction),
  rebuild: overJson(rebuildFunction),
  'revert-across-cells': overJson(revertAcrossCellsFunction),
  unshelve: overJson(unshelveFunction),
};
