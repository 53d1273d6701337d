import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { maskedText } from '#wire/masked-text';
import { PROPERTY_RUNS } from '../fixtures/property-runs.ts';

const SECRET = 'c0rrect-horse_9';

describe('what a compute says of a failure', () => {
  it.each([
    ['in a map of Python', `{'auth_password': '${SECRET}', 'target_lun': 1}`],
    ['in a map of Python of unicode', `{u'auth_password': u'${SECRET}', u'target_lun': 1}`],
    ['in JSON', `{"secret": "${SECRET}", "target_lun": 1}`],
    ['in JSON inside of JSON', `{"info": "{\\"auth_token\\": \\"${SECRET}\\", \\"target_lun\\": 1}"}`],
    ['in arguments', `mount -o username=u,password=${SECRET},target_lun=1`],
    ['in options of a command', `qemu-img --passphrase ${SECRET} target_lun 1`],
    ['in XML', `<passphrase>${SECRET}</passphrase><target_lun>1</target_lun>`],
    ['in attributes of XML', `<auth passwd='${SECRET}' target_lun='1'/>`],
    ['in a URL', `rbd://user:${SECRET}@host/target_lun/1`],
    ['in a query', `http://host/?token=${SECRET}&target_lun=1`],
    ['with a quote in it', `{"private_key": "it's-${SECRET}", "target_lun": 1}`],
    ['with its own quote in it, in JSON', String.raw`{"private_key": "it\"s-${SECRET}", "target_lun": 1}`],
    [
      'with its own quote in it, in a map of Python',
      String.raw`{'auth_password': 'it\'s "${SECRET}', 'target_lun': 1}`,
    ],
    [
      'with a quote in it, in JSON inside of JSON',
      JSON.stringify({ info: JSON.stringify({ auth_token: `a"b'${SECRET}`, target_lun: 1 }) }),
    ],
    [
      'with a quote in it, in a map of Python inside of JSON',
      JSON.stringify({ info: String.raw`{'password': 'it\'s-${SECRET}', 'target_lun': 1}` }),
    ],
    [
      'with a quote in it, in JSON three deep',
      JSON.stringify(JSON.stringify(JSON.stringify({ auth_token: `a"b${SECRET}`, target_lun: 1 }))),
    ],
    ['in a text that quotes it as it is', `mount -o password='it's-${SECRET}' target_lun`],
    ['as bytes of Python', `{'user_data': b'${SECRET}', 'target_lun': 1}`],
    ['in a list', `{"secrets": ["${SECRET}"], "target_lun": 1}`],
    ['of ceph', `{'keyring': '${SECRET}', 'target_lun': 1}`],
    ['in a header', `GET / X-Auth-Token: ${SECRET} target_lun`],
    ['of a bearer', `GET / Authorization: Bearer ${SECRET} target_lun`],
    ['in a URL with signs of its own', `rbd://user:p@ss/${SECRET}@host/target_lun/1`],
    ['behind the path of a file', `{"injected_files": [["/etc/shadow", "${SECRET}"]], "target_lun": 1}`],
    ['behind the path of a file, in tuples', `injected_files=[('/etc/shadow', b'${SECRET}')], target_lun=1`],
    [
      'in JSON inside of JSON, behind a path',
      JSON.stringify({ of: `{"injected_files":[["p","${SECRET}"]]}`, target_lun: 1 }),
    ],
    ['in a list of several', `{"secrets": ["first", "${SECRET}"], "target_lun": 1}`],
    ['in a map', `target_lun=1 {'credentials': {'user': 'u', 'value': '${SECRET}'}}`],
    ['in a map of headers', `{'Authorization': 'Basic ${SECRET}', 'target_lun': 1}`],
    ['in JSON of headers', `{"authorization": "Bearer ${SECRET}", "target_lun": 1}`],
    ['in the address of a console', `http://host/vnc_auto.html?path=%3Ftoken%3D${SECRET}&target_lun=1`],
    ['in a signed address', `https://host/file?X-Amz-Signature=${SECRET}&target_lun=1`],
    ['in a signed address of Swift', `https://host/file?temp_url_sig=${SECRET}&target_lun=1`],
    [
      'in a private key as it is',
      `-----BEGIN RSA PRIVATE KEY-----\n${SECRET}\n-----END RSA PRIVATE KEY-----\ntarget_lun`,
    ],
    ['in the command of iscsiadm', `iscsiadm -n node.session.auth.password -v ${SECRET} target_lun`],
    ['in the name of an image of ceph', `rbd:pool/image:id=cinder:key=${SECRET}:target_lun`],
    ['in the secret of QEMU', `qemu-img --object secret,id=sec0,data=${SECRET} target_lun`],
    ['of volumes that are encrypted', `{'encrypted_key': '${SECRET}', 'target_lun': 1}`],
    ['of NVMe', `nvme connect --dhchap-secret ${SECRET} target_lun, {'dhchap_key': '${SECRET}'}`],
    ['of a drive of configuration', `configdrive='${SECRET}', target_lun=1`],
    ['behind a colon', `admin_password: ${SECRET} target_lun`],
    ['in a cookie', `{'Set-Cookie': 'session=${SECRET}', 'target_lun': 1}`],
    ['over lines', `{'private_key': 'BEGIN\n${SECRET}\nEND', 'target_lun': 1}`],
  ])('holds no secret %s, and all else', (_where, text) => {
    const masked = maskedText(text);

    expect(masked).not.toContain(SECRET);
    expect(masked).toContain('***');
    expect(masked).toContain('target_lun');
    expect(masked.slice(0, 5)).toBe(text.slice(0, 5));
  });

  it.each([
    'No valid host was found. There are not enough hosts available.',
    'password too short: give eight characters',
    "Port 5900 of 'host1' is taken, see http://host1:8774/v2.1",
    'token expired',
    "{'injected_files': [], 'admin_password': None, 'networks': [['net', 'port']]}",
    "lookup of key=value failed: {'keypairs': [], 'key_name': 'mine'}",
    "{'token': None, 'password': null}",
    'https://host1:8774/v2.1/servers of user@example.org',
  ])('stays as it is where it holds none: %s', (text) => {
    expect(maskedText(text)).toBe(text);
  });

  it('is cut too far rather than too little at a secret that ends in a backslash, which may be that of its quote', () => {
    const masked = maskedText(JSON.stringify({ passphrase: `${SECRET}\\`, target_lun: 1 }));

    expect(masked).toBe('{"passphrase":"***":1}');
  });

  it('holds no number behind a name of a secret', () => {
    expect(maskedText('{"admin_password": 20261129, "target_lun": 1}')).toBe(
      '{"admin_password": ***, "target_lun": 1}',
    );
  });

  it('holds no value, whatever signs it has, in JSON of any depth', () => {
    const value = fc.string({ unit: fc.constantFrom('"', "'", '\\', ',', '}', ':', ' ', '\n'), maxLength: 6 });

    fc.assert(
      fc.property(value, value, fc.integer({ min: 0, max: 2 }), (before, after, depth) => {
        let text = JSON.stringify({ auth_password: `${before}a${SECRET}b${after}`, uuid: 'u' });
        for (let at = 0; at < depth; at += 1) text = JSON.stringify({ info: text });

        expect(maskedText(text)).not.toContain(SECRET);
      }),
      { numRuns: PROPERTY_RUNS },
    );
  });

  it('holds no value that a driver put behind a name of a secret, whatever else it says', () => {
    const word = fc.stringMatching(/^[a-z ]{0,20}$/u);
    const name = fc.constantFrom('auth_password', 'adminPass', 'vtpm_secret_value', 'X-Auth-Token', 'api_key');
    const written = fc.constantFrom(
      (key: string) => `'${key}': '${SECRET}'`,
      (key: string) => `"${key}": "${SECRET}"`,
      (key: string) => `${key}=${SECRET}`,
    );

    fc.assert(
      fc.property(word, name, written, word, (before, key, write, after) => {
        const masked = maskedText(`${before} ${write(key)} ${after}`);

        expect(masked).not.toContain(SECRET);
        expect(masked).toContain(key);
        expect(masked.endsWith(` ${after}`)).toBe(true);
      }),
      { numRuns: PROPERTY_RUNS },
    );
  });

  it('is looked through in no more time than its length takes, however it is made', () => {
    const begun = performance.now();

    for (const part of [
      'password',
      "password='",
      'pass=',
      '://a:',
      '<password>',
      '--token ',
      'secrets=[',
      'pass={"a"',
      '-n password -v ',
      'secret,',
    ])
      expect(maskedText(part.repeat(200_000)).length).toBeLessThan(200_000);

    expect(performance.now() - begun).toBeLessThan(5000);
  });
});
