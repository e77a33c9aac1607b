import { z } from 'zod';

/** The columns of a vector in their order; the `fitted` of its feature set. */
export const VectorFitted = z.object({ columns: z.array(z.string()).min(1) });
export type VectorFitted = z.infer<typeof VectorFitted>;
