import { describe, expect, it } from 'vitest';
import { signedHeaders } from '#cli/deployment/signed-request';

const CREDENTIALS = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY' };
const NOW = Date.parse('2015-08-30T12:36:00Z');

const signatureOf = (url: string): string | undefined => {
  const request = { service: 'service', region: 'us-east-1', method: 'GET', url: new URL(url) } as const;
  return /Signature=(\w+)/u.exec(signedHeaders(request, CREDENTIALS, NOW)['authorization'] ?? '')?.[1];
};

/** Requests and signatures as AWS publishes them for signature version 4. */
describe('signedHeaders', () => {
  it('signs a plain GET as AWS documents it', () => {
    const signature = signatureOf('https://example.amazonaws.com/');

    expect(signature).toBe('5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31');
  });

  it('signs query parameters in the order of their names', () => {
    const signature = signatureOf('https://example.amazonaws.com/?Param2=value2&Param1=value1');

    expect(signature).toBe('b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500');
  });

  it('sends a session token and signs it', () => {
    const url = new URL('https://example.amazonaws.com/');
    const request = { service: 'service', region: 'us-east-1', method: 'GET', url } as const;

    const headers = signedHeaders(request, { ...CREDENTIALS, sessionToken: 'token' }, NOW);

    expect(headers['x-amz-security-token']).toBe('token');
    expect(headers['authorization']).toContain('SignedHeaders=host;x-amz-date;x-amz-security-token');
  });
});
