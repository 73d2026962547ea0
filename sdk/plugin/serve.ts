import { serve } from "../../provider/hosts/plugin/serve.ts";
import { useHost } from "../host.ts";
import { construct } from "./components.ts";

useHost("plugin");
void serve(construct);
