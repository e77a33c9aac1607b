import http from 'node:http';

type Received = { text: string; isJson: boolean };

/** Keeps its connections, as a browser does; one agent for all clients of a bench. */
export class ApiClient {
  private readonly agent: http.Agent;

  constructor(
    private readonly origin: string,
    connections: number,
  ) {
    this.agent = new http.Agent({ keepAlive: true, maxSockets: connections });
  }

  /** @throws Error with what was answered when it is no success */
  async call<Answer>(
    method: 'GET' | 'POST' | 'PUT',
    path: string,
    options: { token: string; body?: object | Buffer },
  ): Promise<Answer> {
    const isBytes = Buffer.isBuffer(options.body);
    const body = isBytes ? options.body : options.body && JSON.stringify(options.body);
    const { text, isJson } = await new Promise<Received>((resolve, reject) => {
      const request = http.request(
        `${this.origin}/api/v1${path}`,
        {
          method,
          agent: this.agent,
          headers: {
            authorization: `Bearer ${options.token}`,
            ...(body === undefined
              ? {}
              : { 'content-type': isBytes ? 'application/octet-stream' : 'application/json' }),
          },
        },
        (answer) => {
          const chunks: Buffer[] = [];
          answer.on('data', (chunk: Buffer) => chunks.push(chunk));
          answer.on('error', reject);
          answer.on('end', () => {
            const whole = Buffer.concat(chunks).toString('utf8');
            const isJson = answer.headers['content-type']?.startsWith('application/json') ?? false;
            if ((answer.statusCode ?? 500) < 400) resolve({ text: whole, isJson });
            else
              reject(new Error(`${method} ${path}: ${answer.statusCode} ${whole.slice(0, 500)}`));
          });
        },
      );
      request.on('error', reject);
      request.end(body as string | Buffer | undefined);
    });
    return (isJson ? JSON.parse(text) : text) as Answer;
  }

  close(): void {
    this.agent.destroy();
  }
}
