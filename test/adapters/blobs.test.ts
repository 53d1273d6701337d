import { MemoryBlobs } from '#adapters/memory/blobs';
import { S3Blobs } from '#adapters/s3/blobs';
import { LOCAL } from '#cli/deployment/local-file';
import { createMessageBucket, startSqs } from '#local/emulation/sqs-emulator';
import { blobsContract } from './blobs.contract.ts';

blobsContract('memory', async () => ({ blobs: new MemoryBlobs(), stop: () => Promise.resolve() }));

blobsContract('S3', async () => {
  const emulator = await startSqs();
  await createMessageBucket(emulator.endpoint, 'contract-messages');
  const config = { ...LOCAL, endpoint: emulator.endpoint, forcePathStyle: true };
  const blobs = new S3Blobs({ config, bucket: 'contract-messages', deployment: 'contract' });
  return {
    blobs,
    stop: async () => {
      await blobs.close();
      await emulator.stop();
    },
  };
});
