import { ServiceMisconfigured } from '#errors';
import type { Secrets } from '#ports/secrets';

/** Secrets that are handed in by name. */
export const memorySecrets = (secrets: Readonly<Record<string, string>>): Secrets => ({
  read(name) {
    const text = secrets[name];
    if (text !== undefined) return Promise.resolve(text);
    const trouble = 'could not be read (ResourceNotFoundException)';
    return Promise.reject(
      new ServiceMisconfigured({ service: 'secret', url: name, trouble, remedy: 'Make the secret.' }),
    );
  },
});
