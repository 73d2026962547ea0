/** What a bench run has found: `docs/bench.json`, from which table and plot are made. */
import { FIGURES, type Figure, isMet, SIZES } from "./figures.ts";
import type { Samples, Summary } from "./samples.ts";

/** Everything of one run of the bench. */
export interface Results {
  /** RFC 3339, UTC. */
  date: string;
  machine: { cpu: string; cores: number; memoryGb: number; system: string };
  versions: Record<"package" | "node" | "engine" | "sdk", string>;
  figures: (Summary & { id: string; doNothing?: Summary; plugin?: Summary; met: boolean })[];
  growth: Growth[];
}

/** What so many links cost, each of four resources. Medians: ours by the dynamic host, ours by the plugin, do nothing. */
export interface Growth {
  links: number;
  up: { requests: number; seconds: number; pluginSeconds: number; nothingSeconds: number };
  preview: {
    requests: number;
    seconds: number;
    pluginSeconds: number;
    nothingSeconds: number;
    /** Processor time, and peak memory of the process in which the provider runs. */
    use: {
      programCpu: number;
      engineCpu: number;
      providerCpu: number;
      pluginCpu: number;
      nothingCpu: number;
      memoryMb: number;
      pluginMemoryMb: number;
      nothingMemoryMb: number;
    };
  };
}

/** The figures that were measured. */
export function figuresOf(samples: Samples): Results["figures"] {
  return FIGURES.flatMap((figure) => {
    const summary = samples.summary(figure.id);
    if (summary === undefined) return [];
    const [doNothing, plugin] = [figure.doNothing, figure.plugin].map((id) =>
      id === undefined ? undefined : samples.summary(id),
    );
    return [
      {
        id: figure.id,
        ...rounded(summary),
        ...(doNothing && { doNothing: rounded(doNothing) }),
        ...(plugin && { plugin: rounded(plugin) }),
        met: isMet(figure, summary, plugin),
      },
    ];
  });
}

/** How the cost grows, as far as it was measured. */
export function growthOf(samples: Samples): Growth[] {
  return SIZES.flatMap((links) => {
    const of = (name: string) => round(samples.summary(`growth.${name}.${links}`)?.median ?? Number.NaN);
    if (Number.isNaN(of("preview-seconds"))) return [];
    return [
      {
        links,
        up: {
          requests: of("up-requests"),
          seconds: of("up-seconds"),
          pluginSeconds: of("plugin-up-seconds"),
          nothingSeconds: of("nothing-up-seconds"),
        },
        preview: {
          requests: of("preview-requests"),
          seconds: of("preview-seconds"),
          pluginSeconds: of("plugin-preview-seconds"),
          nothingSeconds: of("nothing-preview-seconds"),
          use: {
            programCpu: of("preview-program-cpu"),
            engineCpu: of("preview-engine-cpu"),
            providerCpu: of("preview-cpu"),
            pluginCpu: of("plugin-preview-cpu"),
            nothingCpu: of("nothing-preview-cpu"),
            memoryMb: of("preview-memory"),
            pluginMemoryMb: of("plugin-preview-memory"),
            nothingMemoryMb: of("nothing-preview-memory"),
          },
        },
      },
    ];
  });
}

/** The figure of an id. */
export function figureOf(id: string): Figure {
  const figure = FIGURES.find((one) => one.id === id);
  if (figure === undefined) {
    throw new Error(`docs/bench.json has a figure ${id} that is measured no more: run the bench`);
  }
  return figure;
}

const round = (value: number) => Math.round(value * 1000) / 1000;
const rounded = ({ median, min, max, runs }: Summary): Summary => ({
  median: round(median),
  min: round(min),
  max: round(max),
  runs,
});
