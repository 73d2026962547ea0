/** The executable `pulumi-resource-scaleway-interlink`: the provider's handlers, and the components of this folder's sdk. */
import { serve } from "../../provider/hosts/plugin/serve.ts";
import { useHost } from "../host.ts";
import { construct } from "./components.ts";

useHost("plugin");
void serve(construct);
