package main

import (
	"crypto/sha256"
	"encoding/hex"
	"os"
	"time"

	"istio.io/istio/pkg/wasm"
)

// fetch asks for what Istio's agent does with the url and sha256 of a WasmPlugin.
type fetch struct {
	URL    string `json:"url"`
	Sha256 string `json:"sha256"`
}

// module is the file that the agent would hand to Envoy.
type module struct {
	Sha256 string `json:"sha256"`
	Size   int    `json:"size"`
}

// fetched fetches with the agent's own code and an empty cache.
func fetched(f fetch) (*module, error) {
	directory, err := os.MkdirTemp("", "referee-wasm-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(directory)
	cache := wasm.NewLocalFileCache(directory, wasm.Options{
		PurgeInterval: wasm.DefaultPurgeInterval, ModuleExpiry: wasm.DefaultModuleExpiry,
		HTTPRequestTimeout: wasm.DefaultHTTPRequestTimeout, HTTPRequestMaxRetries: wasm.DefaultHTTPRequestMaxRetries,
	})
	defer cache.Cleanup()
	path, err := cache.Get(f.URL, wasm.GetOptions{
		Checksum: f.Sha256, ResourceName: "foo.jwt-policy", ResourceVersion: "1", RequestTimeout: 20 * time.Second,
	})
	if err != nil {
		return nil, err
	}
	content, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256(content)
	return &module{Sha256: hex.EncodeToString(sum[:]), Size: len(content)}, nil
}
