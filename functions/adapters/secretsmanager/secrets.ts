import type { SecretsManagerClientConfig } from '@aws-sdk/client-secrets-manager';
import { ServiceMisconfigured, ServiceNotReached } from '#errors';
import type { Secrets } from '#ports/secrets';
import { limited, type ClientLimits } from '../client-limits.ts';
import { isTransient } from '../transient-errors.ts';

const MISSING: ReadonlySet<string> = new Set([
  'ResourceNotFoundException',
  'AccessDeniedException',
  'DecryptionFailure',
]);

/**
 * Secrets of AWS Secrets Manager; the client is loaded by the first that is read.
 *
 * @param limits @default those of the deployed functions
 */
export function managedSecrets(config: SecretsManagerClientConfig = {}, limits?: ClientLimits): Secrets {
  return {
    async read(name) {
      const sdk = await import('@aws-sdk/client-secrets-manager');
      const client = new sdk.SecretsManagerClient({ ...limited(limits), ...config });
      try {
        const { SecretString: text } = await client.send(new sdk.GetSecretValueCommand({ SecretId: name }));
        return text ?? '';
      } catch (error) {
        if (isTransient(error))
          throw new ServiceNotReached({
            service: 'secret',
            url: name,
            trouble: 'was not reached',
            remedy: 'It is read again when Secrets Manager answers.',
          });
        if (!(error instanceof Error) || !MISSING.has(error.name)) throw error;
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
