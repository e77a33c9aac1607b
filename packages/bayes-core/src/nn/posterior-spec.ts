/** What is believed of a weight before any data. */
export type PriorSpec =
  | { readonly kind: 'gaussian'; readonly deviation: number }
  | {
      /**
       * share N(0, wide^2) + (1 - share) N(0, narrow^2): spike and slab (Blundell et al. 2015,
       * equation 7).
       */
      readonly kind: 'scale-mixture';
      readonly share: number;
      readonly wide: number;
      readonly narrow: number;
    }
  | { readonly kind: 'laplace'; readonly scale: number };

export type MeanFieldSpec = {
  readonly kind: 'mean-field';
  /**
   * How a step draws: one network a step, noise on the activations of each item, or one network
   * with signs of each item.
   */
  readonly estimator: 'weight-sampling' | 'local-reparameterisation' | 'flipout';
  readonly prior: PriorSpec;
  /** Standard deviation of every weight when training begins. */
  readonly initialDeviation: number;
} & PenaltySpec;

/** How a penalty for all weights is shared out over minibatches. */
export type PenaltySpec = {
  /**
   * 1/M for each of M minibatches, or 2^(M-i) / (2^M - 1) for the i-th (Blundell et al. 2015,
   * section 3.4).
   */
  readonly klShares: 'uniform' | 'geometric';
  /**
   * Factor on the KL divergence: 1 is variational inference; less is a colder posterior, for few
   * rows and many weights.
   */
  readonly klScale: number;
  /**
   * Epochs over which the factor rises from 0 to `klScale`, so that groups are of use before they
   * are priced. Early stopping counts from their end. Default none.
   */
  readonly klWarmUpEpochs?: number;
};

export type ConcreteDropoutSpec = {
  readonly kind: 'concrete-dropout';
  /** Dropout rate when training begins. */
  readonly initialRate: number;
  /** Prior length scale l of the weights; the larger, the more they are pulled towards zero. */
  readonly lengthScale: number;
};

export type SwagSpec = {
  readonly kind: 'swag';
  /** Epochs after training whose weights are gathered. */
  readonly epochs: number;
  /** Constant step size of those epochs. */
  readonly learningRate: number;
  /** Last epochs whose deviations from the mean make up the low-rank part of the covariance. */
  readonly rank: number;
};

export type LaplaceSpec = {
  readonly kind: 'laplace-last-layer';
  /**
   * How the curvature of the loss in the last layer's weights is held: in full, or as a product of
   * two small matrices.
   */
  readonly curvature: 'kronecker' | 'full';
  /**
   * 1 / variance of the last layer's weights before any data: a number, or how it is chosen.
   * `validation`: by the likelihood of the validation rows, beside a belief that it is about 100,
   * which is what it is where there are no such rows; `evidence`: by the marginal likelihood of the
   * training rows.
   */
  readonly priorPrecision: number | 'validation' | 'evidence';
};

export type GroupSpec = PenaltySpec & {
  /** Standard deviation of every weight when training begins, before its group's scale. */
  readonly initialDeviation: number;
  /**
   * What no variance of a weight or bias of the first layer is let above, before its group's scale;
   * default none. The script of Louizos, Ullrich & Welling 2017 takes .04, so that noise does not
   * drown the pixels while all groups are still open.
   */
  readonly firstVarianceAtMost?: number;
} & (
    | { readonly kind: 'group-normal-jeffreys' }
    | {
        readonly kind: 'group-horseshoe';
        /**
         * Scale of the half-Cauchy prior that the groups of a layer share; the smaller, the fewer
         * groups stay.
         */
        readonly globalScale: number;
      }
  );

export type PosteriorSpec =
  | { readonly kind: 'mc-dropout'; readonly rate: number }
  | { readonly kind: 'ensemble'; readonly members: number }
  | { readonly kind: 'point' }
  | MeanFieldSpec
  | ConcreteDropoutSpec
  | SwagSpec
  | LaplaceSpec
  | GroupSpec;

type Open<Spec> = Spec extends { readonly kind: infer Kind }
  ? { readonly kind: Kind } & Partial<Omit<Spec, 'kind'>>
  : never;

/** A posterior as people write it: what is left out gets a default. */
export type PartialPosteriorSpec = Open<PosteriorSpec>;
