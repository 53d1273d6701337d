import { memoryClaimMarks } from '#adapters/memory/claim-marks';
import { memorySecrets } from '#adapters/memory/secrets';
import { openstackCloud, type CloudOptions } from '#adapters/openstack/cloud';
import { KeptConnections } from '#adapters/openstack/transport';
import { SystemClock } from '#adapters/system/clock';
import { mapOf, textOf } from '#wire/reading';
import { userContext, writtenLog } from '../fixtures/openstack.ts';
import { ask } from './api.ts';
import { PASSWORD } from './configuration.ts';
import { cloudToken, type FilledCloud } from './filled-cloud.ts';

/** The secret of a user of the project of services. */
export const passwordOf = (username: string): string =>
  JSON.stringify({ username, password: PASSWORD, project_name: 'service' });

/** A busy machine takes its time. */
export const PATIENT = { connectMs: 60_000 };

/** The adapters over a filled cloud, by a credential of a service user. */
export function cloudClient(
  cloud: FilledCloud,
  overrides: Partial<CloudOptions> = {},
  credential = passwordOf('nova'),
) {
  const { log, lines } = writtenLog();
  const options = { authUrl: cloud.authUrl, credentialSecret: 'cloud', region: 'RegionOne', answerMs: 90_000 };
  const made = openstackCloud(
    { ...options, ...overrides },
    {
      secrets: memorySecrets({ cloud: credential }),
      clock: new SystemClock(),
      log,
      marks: memoryClaimMarks(),
      random: Math.random,
      transport: new KeptConnections(PATIENT),
    },
  );
  return { ...made, lines };
}

/** The context of a request of a user, with a token of theirs. */
export async function cloudContext(cloud: FilledCloud, user = 'demo') {
  const auth_token = await cloudToken(cloud, user, user);
  const headers = { 'x-subject-token': auth_token };
  const { token } = await ask({ url: `${cloud.authUrl}/auth/tokens?nocatalog`, token: auth_token, headers });
  const idOf = (kind: string): string => textOf(mapOf(mapOf(token)[kind])['id']) ?? '';
  return { ...userContext(), auth_token, user_id: idOf('user'), project_id: idOf('project') };
}
