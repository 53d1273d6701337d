import { describe, expect, it } from 'vitest';
import { originalSender, withoutSecrets } from '#cli/inventory/dead-letters';

const CONDUCTOR = 'AROACONDUCTOR';

describe('the sender of a dead letter', () => {
  it.each([
    ['that the conductor put aside is the one it names', `${CONDUCTOR}:task-rpc`, 'AROAhost1:s', 'AROAhost1:s'],
    ['that SQS moved is who sent it, whatever it claims', 'AROAhost2:s', 'AROAhost1:s', 'AROAhost2:s'],
    [
      'that a role of a like name wrote is that role',
      `${CONDUCTOR}2:task-rpc`,
      'AROAhost1:s',
      `${CONDUCTOR}2:task-rpc`,
    ],
  ])('%s', (_which, senderId, sender, original) => {
    const letter = { senderId, attributes: { sender } };

    const found = originalSender(letter, CONDUCTOR);

    expect(found).toBe(original);
  });
});

describe('a dead letter that is shown', () => {
  it.each([
    'admin_password',
    'connection_info',
    'auth_password',
    'token',
    'access_url_base',
    'internal_access_path',
    'secret_uuid',
    'private_key',
    'encryption_secret_uuid',
    'user_data',
    'Passphrase',
  ])('covers %s, wherever it stands', (name) => {
    const body = JSON.stringify({ args: [{ 'nova_object.data': { [name]: 'correct-horse', uuid: 'u' } }] });

    const shown = JSON.stringify(withoutSecrets(body));

    expect(shown).not.toContain('correct-horse');
    expect(shown).toContain('"uuid":"u"');
  });

  it('covers the token of a console, which is an argument without a name', () => {
    const body = JSON.stringify({
      args: { objname: 'ConsoleAuthToken', objmethod: 'validate', args: ['correct-horse'] },
    });

    const shown = JSON.stringify(withoutSecrets(body));

    expect(shown).not.toContain('correct-horse');
  });
});
