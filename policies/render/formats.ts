// What `render` can write.

export const renderFormats = ["config", "wasmplugin", "trafficextension", "envoy"] as const;
export type RenderFormat = (typeof renderFormats)[number];

/** The kind of the object that loads the filter in Istio; undefined for formats that write none. */
export function pluginKind(format: RenderFormat): "WasmPlugin" | "TrafficExtension" | undefined {
  switch (format) {
    case "wasmplugin":
      return "WasmPlugin";
    case "trafficextension":
      return "TrafficExtension";
    default:
      return undefined;
  }
}
