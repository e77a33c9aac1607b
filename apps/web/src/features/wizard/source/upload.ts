import { ApiError } from '@/lib/api/api-error';
import { apiUrl } from '@/lib/api/client';

/** Sends the bytes of an import and says how far they are; `fetch` cannot tell that. */
export function uploadImport(
  at: { projectId: string; importId: string },
  file: File,
  onProgress: (fraction: number) => void,
  signal: AbortSignal,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open('PUT', apiUrl('PUT /projects/:projectId/imports/:importId/content', at));
    request.setRequestHeader('content-type', 'application/octet-stream');
    request.responseType = 'json';
    request.upload.onprogress = (event) => {
      if (event.lengthComputable) onProgress(event.loaded / event.total);
    };
    request.onload = () => {
      if (request.status < 300) resolve();
      else reject(problemOf(request));
    };
    request.onerror = () => reject(new ApiError('network', 'No connection.'));
    request.onabort = () => reject(new DOMException('Stopped.', 'AbortError'));
    signal.addEventListener('abort', () => request.abort(), { once: true });
    request.send(file);
  });
}

function problemOf(request: XMLHttpRequest): ApiError {
  const body: unknown = request.response;
  const said = typeof body === 'object' && body !== null ? (body as Record<string, unknown>) : {};
  return new ApiError(
    'import.unreadable',
    typeof said.title === 'string' ? said.title : `The server answered ${request.status}.`,
    { status: request.status, detail: typeof said.detail === 'string' ? said.detail : null },
  );
}
