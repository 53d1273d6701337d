import { createHash, createHmac } from 'node:crypto';

/** Whose request it is. */
export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/** A request to a service of AWS for which the project has no client. */
export interface ServiceRequest {
  readonly service: string;
  readonly region: string;
  readonly method: 'GET' | 'POST' | 'PUT';
  readonly url: URL;
  readonly body?: string;
  readonly contentType?: string;
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
const hmac = (key: string | Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest();

/** The headers of a request with its signature (AWS Signature Version 4). `now` is epoch milliseconds. */
export function signedHeaders(request: ServiceRequest, credentials: Credentials, now: number): Record<string, string> {
  const { service, region, method, url, body = '' } = request;
  const time = new Date(now).toISOString().replaceAll(/[-:]|\.\d{3}/gu, '');
  const scope = `${time.slice(0, 8)}/${region}/${service}/aws4_request`;
  const headers: Record<string, string> = {
    host: url.host,
    'x-amz-date': time,
    ...(credentials.sessionToken === undefined ? {} : { 'x-amz-security-token': credentials.sessionToken }),
    ...(request.contentType === undefined ? {} : { 'content-type': request.contentType }),
  };
  const names = Object.keys(headers).toSorted();
  const canonical = [
    method,
    url.pathname.split('/').map(encode).join('/'),
    [...url.searchParams]
      .map(([name, value]) => `${encode(name)}=${encode(value)}`)
      .toSorted()
      .join('&'),
    ...names.map((name) => `${name}:${headers[name] ?? ''}`),
    '',
    names.join(';'),
    sha256(body),
  ].join('\n');
  const key = hmac(
    hmac(hmac(hmac(`AWS4${credentials.secretAccessKey}`, time.slice(0, 8)), region), service),
    'aws4_request',
  );
  const signature = createHmac('sha256', key)
    .update(['AWS4-HMAC-SHA256', time, scope, sha256(canonical)].join('\n'))
    .digest('hex');
  const { host: _host, ...sent } = headers;
  return {
    ...sent,
    authorization: `AWS4-HMAC-SHA256 Credential=${credentials.accessKeyId}/${scope}, SignedHeaders=${names.join(';')}, Signature=${signature}`,
  };
}

/** Encoded as signatures want it: the path of every service but S3 is encoded once more than on the wire. */
const encode = (text: string): string =>
  encodeURIComponent(text).replaceAll(/[!'()*]/gu, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);

/** Sends a signed request. @throws Error with the service's status and text when it is refused */
export async function sendSigned(request: ServiceRequest, credentials: Credentials, now: number): Promise<string> {
  const response = await fetch(request.url, {
    method: request.method,
    headers: signedHeaders(request, credentials, now),
    ...(request.body === undefined ? {} : { body: request.body }),
  });
  const text = await response.text();
  if (response.ok) return text;
  const error = new Error(`${request.service} answers ${response.status}: ${text.slice(0, 300)}`);
  error.name = response.status === 403 ? 'AccessDenied' : 'ServiceError';
  throw error;
}
