import type { SecretsManagerClientConfig } from '@aws-sdk/client-secrets-manager';
import { ServiceMisconfigured } from '#errors';
import type { Secrets } from '#ports/secrets';

const AWAY: ReadonlySet<string> = new Set(['ResourceNotFoundException', 'AccessDeniedException', 'DecryptionFailure']);

/** Secrets of AWS Secrets Manager; the client is loaded by the first that is read. */
export function managedSecrets(config: SecretsManagerClientConfig = {}): Secrets {
  return {
    async read(name) {
      const sdk = await import('@aws-sdk/client-secrets-manager');
      const client = new sdk.SecretsManagerClient(config);
      try {
        const { SecretString: text } = await client.send(new sdk.GetSecretValueCommand({ SecretId: name }));
        return text ?? '';
      } catch (error) {
        if (!(error instanceof Error) || !AWAY.has(error.name)) throw error;
        throw new ServiceMisconfigured({
          service: 'secret',
          url: name,
          trouble: `could not be read (${error.name})`,
          remedy: 'Make the secret, or let the functions read it: openstack.credentialSecret names it.',
        });
      } finally {
        client.destroy();
      }
    },
  };
}
