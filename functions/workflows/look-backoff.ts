import { nextLook, type Waiting } from '#conductor/next-look';
import type { Services } from '#ports/services';
import type { Looked, StepEvent } from './step.ts';

/** The same look at silent hosts; the next one after a longer wait than this one. */
export const withBackoff =
  <S extends Waiting>(look: (services: Services, event: StepEvent<S>) => Promise<Looked<S>>) =>
  async (services: Services, event: StepEvent<S>): Promise<Looked<S>> => {
    const looked = await look(services, event);
    if (looked.verdict !== 'wait') return looked;
    return { ...looked, state: { ...looked.state, ...nextLook(looked.state, services.config.waitSeconds) } };
  };
