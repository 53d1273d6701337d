import { assemble } from '#assemble';
import type { Services } from '#ports/services';
import { cloudOf, recordAdapters, sealerOf } from '#wiring';
import { dynamodbClient } from '#adapters/dynamodb/client';
import { SignedCalls } from '#adapters/function-url/signed-calls';
import type { DirectCalls } from '#ports/direct-calls';

/**
 * The ports of a workflow's function. They stand in a file of their own, so that the bundles of other functions have no
 * part that only the scheduler shares with them.
 */
export function wire(service: string): Services {
  const adapters = recordAdapters(service);
  return assemble({ ...adapters, sealer: sealerOf(adapters), cloud: cloudOf(adapters) });
}

/** The ports of the function behind the schedule, which sends pulses by every way that hosts speak by. */
export function wireReconciler(): Services {
  const services = wire('reconciler');
  return services.config.directCalls ? { ...services, directCalls: signedCalls(services) } : services;
}

/** The SDK knows which credentials and which region are this function's. */
function signedCalls({ clock }: Pick<Services, 'clock'>): DirectCalls {
  const { credentials, region } = dynamodbClient().config;
  return new SignedCalls({ clock, credentials, region });
}
