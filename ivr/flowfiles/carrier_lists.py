"""Languages, voices and values of markup that the phone company takes: lists of its official
library for Node, version 6.3.1.

Written by scripts/carrier_lists.py: do not change it by hand, run `python -m scripts.carrier_lists`.
"""
# ruff: noqa: SIM905

from __future__ import annotations

SPOKEN = frozenset("""
    af-ZA am-ET ar-AE ar-XA arb bg-BG bn-IN ca-ES cmn-CN cmn-TW cs-CZ cy-GB da-DK de-AT de-DE el-GR en-AU
    en-CA en-GB en-GB-WLS en-IE en-IN en-NZ en-US en-ZA es-ES es-MX es-US fi-FI fil-PH fr-BE fr-CA fr-FR
    gu-IN he-IL hi-IN hu-HU id-ID is-IS it-IT ja-JP kn-IN ko-KR lv-LV ml-IN mr-IN ms-MY nb-NO nl-BE nl-NL
    pa-IN pl-PL pt-BR pt-PT ro-RO ru-RU sk-SK sr-RS sv-SE ta-IN te-IN th-TH tr-TR uk-UA vi-VN yue-HK
    zh-CN zh-HK zh-TW
""".split())
UNDERSTOOD = frozenset("""
    af-ZA am-ET ar-AE ar-BH ar-DZ ar-EG ar-IL ar-IQ ar-JO ar-KW ar-LB ar-MA ar-OM ar-PS ar-QA ar-SA ar-TN
    az-AZ bg-BG bn-BD bn-IN ca-ES cmn-Hans-CN cmn-Hant-TW cs-CZ da-DK de-DE el-GR en-AU en-CA en-GB en-GH
    en-IE en-IN en-KE en-NG en-NZ en-PH en-SG en-TZ en-US en-ZA es-AR es-BO es-CL es-CO es-CR es-DO es-EC
    es-ES es-GT es-HN es-MX es-NI es-PA es-PE es-PR es-PY es-SV es-US es-UY es-VE et-EE eu-ES fa-IR fi-FI
    fil-PH fr-CA fr-FR gl-ES gu-IN he-IL hi-IN hr-HR hu-HU hy-AM id-ID is-IS it-IT ja-JP jv-ID ka-GE
    km-KH kn-IN ko-KR lo-LA lt-LT lv-LV mk-MK ml-IN mn-MN mr-IN ms-MY my-MM nar-IQ nb-NO ne-NP nl-BE
    nl-NL pa-guru-IN pl-PL pt-BR pt-PT ro-RO ru-RU si-LK sk-SK sl-SI sq-AL sr-RS su-ID sv-SE sw-KE sw-TZ
    ta-IN ta-LK ta-MY ta-SG te-IN th-TH tr-TR uk-UA ur-IN ur-PK uz-UZ vi-VN yue-Hant-HK zh zh-TW zu-ZA
""".split())
VOICES = frozenset("""
    ElevenLabs.0el4HQ5fH8KITMM7DKzD ElevenLabs.0oYUKTNPbymIKVAkDQqh ElevenLabs.13Cuh3NuYvWOVQtLbRN8
    ElevenLabs.1REYVgkHGlaFX4Rz9cPZ ElevenLabs.1XNFRxE3WBB7iI0jnm7p ElevenLabs.1k39YpzqXZn52BgyLyGO
    ElevenLabs.1qEiC6qsybMkmnNdVMbK ElevenLabs.2Lb1en5ujrODDIqmp7F3 ElevenLabs.2OXYbN1uGomXXJtv9Dq6
    ElevenLabs.2dhHLsmg0MVma2t041qT ElevenLabs.2o2uQnlGaNuV3ObRpxXt ElevenLabs.2xwsH0780nkIQ684Jc5B
    ElevenLabs.3DPhHWXDY263XJ1d2EPN ElevenLabs.3JDquces8E8bkmvbh6Bc ElevenLabs.3K1lqsxxXFiTAXCO09Zv
    ElevenLabs.3mAVBNEqop5UbHtD8oxQ ElevenLabs.4VZIsMPtgggwNg7OXbPY ElevenLabs.4wf10lgibMnboGJGCLrP
    ElevenLabs.4za2kOXGgUd57HRSQ1fn ElevenLabs.56AoDkrOh6qfVPDXZ7Pt ElevenLabs.5DAtyqt3LGjv9jkjNVFd
    ElevenLabs.5GZaeOOG7yqLdoTRsaa6 ElevenLabs.5kMbtRSEKIkRZSdXxrZg ElevenLabs.62klqbsYqbynbr66ypRt
    ElevenLabs.6GYyziau4Hk8qdg7od5c ElevenLabs.6SjhOkgKPuHxm8q0eIyp ElevenLabs.7WNWm0yUcEolHsfg5Bhk
    ElevenLabs.7eVMgwCnXydb3CikjV7a ElevenLabs.86V9x9hrQds83qf7zaGn ElevenLabs.8J24wCDJGSNy9xjbiMla
    ElevenLabs.8jHHF8rMqMlg8if2mOUe ElevenLabs.8nBBDfYxYXmDNaqTCxPH ElevenLabs.93nuHbke4dTER9x2pDwE
    ElevenLabs.94zOad0g7T7K4oa7zhDq ElevenLabs.9Sj8ugvpK1DmcAXyvi3a ElevenLabs.9VdJV36lZCxPO8Ydgu3g
    ElevenLabs.9lHjugDhwqoxA5MhX0az ElevenLabs.9pRpxWU0T7UFt2oEMH6n ElevenLabs.AB9XsbSA4eLG12t2myjN
    ElevenLabs.BeIxObt4dYBRJLYoe1hU ElevenLabs.ByVILX2H5wPAwDiNVKAR ElevenLabs.C1gMsiiE7sXAt59fmvYg
    ElevenLabs.C2BkQxlGNzBn7WD2bqfR ElevenLabs.ChO6kqkVouUn0s7HMunx ElevenLabs.CstacWqMhJQlnfLPxRG4
    ElevenLabs.DTKMou8ccj1ZaWGBiotd ElevenLabs.DYkrAHD8iwork3YSUBbs ElevenLabs.DsbR47WNEv8o9x37ib9X
    ElevenLabs.DzLm9w4W54qdHK2xg6CY ElevenLabs.ETPP7D0aZVdEj12Aa7ho ElevenLabs.FTNCalFNG5bRnkkaP5Ug
    ElevenLabs.FUfBrNit0NNZAwb58KWH ElevenLabs.FVQMzxJGPUBtfz1Azdoy ElevenLabs.FpvROcY4IGWevepmBWO2
    ElevenLabs.G3EZ8O36A0x9lmeOtr0f ElevenLabs.GLHtjkeLJ9Rxcv9JhLmh ElevenLabs.GN4wbsbejSnGSa1AzjH5
    ElevenLabs.GRHbHyXbUO8nF4YexVTa ElevenLabs.GVRiwBELe0czFUAJj0nX ElevenLabs.GhkQkxbimoIykF4iGYqh
    ElevenLabs.H6QPv2pQZDcGqLwDTIJQ ElevenLabs.I7sakys8pBZ1Z5f0UhT9 ElevenLabs.IES4nrmZdUBHByLBde0P
    ElevenLabs.IPgYtHTNLjC7Bq7IPHrm ElevenLabs.JAATlCsz6GCH2vUjFcLg ElevenLabs.JMfkzZiSsox62UXcXUqM
    ElevenLabs.Kw9HMUes82uSa2hlywjI ElevenLabs.L0Dsvb3SLTyegXwtm47J ElevenLabs.Lpe7uP03WRpCk9XkpFnf
    ElevenLabs.M336tBVZHWWiWb4R54ui ElevenLabs.MUVOVB3VWCo7pumU3SIO ElevenLabs.MbbPUteESkJWr4IAaW35
    ElevenLabs.McVZB9hVxVSk3Equu8EH ElevenLabs.Mv8AjrYZCBkdsmDHNwcB ElevenLabs.N0GCuK2B0qwWozQNTS8F
    ElevenLabs.NEqPvTuKWuvwUMAEPBPR ElevenLabs.NIPHfiR4kB4aHfvaKvYb ElevenLabs.NNn9dv8zq2kUo7d3JSGG
    ElevenLabs.Nh2zY9kknu6z4pZy6FhD ElevenLabs.NpVSXJvYSdIbjOaMbShj ElevenLabs.Ntd0iVwICtUtA6Fvx27M
    ElevenLabs.OAAjJsQDvpg3sVjiLgyl ElevenLabs.OlBp4oyr3FBAGEAtJOnU ElevenLabs.OluJZCsIVfyg64DC1NPq
    ElevenLabs.P1K0rMb2NHP150zt1hjo ElevenLabs.PaZ8laODC1yRxHTPYJFh ElevenLabs.PjN1x5uqQvyU3DO0gdJz
    ElevenLabs.Pyfg4UDJCrfJylNNFhjg ElevenLabs.Q1khAM9K4Mi6p5TK0ueC ElevenLabs.RROBrqjHiRb8zmRgGV11
    ElevenLabs.RWiGLY9uXI70QL540WNd ElevenLabs.RgXx32WYOGrd7gFNifSf ElevenLabs.RhfuhuYldx2ApeAGj3zH
    ElevenLabs.RmcV9cAq1TByxNSgbii7 ElevenLabs.RnW8EXHv9GqGMgyP0sXG ElevenLabs.SaqYcK3ZpDKBAImA8AdW
    ElevenLabs.Sxk6njaoa7XLsAFT7WcN ElevenLabs.TASY7VCrU29rEMoYFTGG ElevenLabs.TmNe0cCqkZBMwPWOd3RD
    ElevenLabs.TumdjBNWanlT3ysvclWh ElevenLabs.UNBIyLbtFB9k7FKW8wJv ElevenLabs.UgBBYS2sOqTuMpoF3BR0
    ElevenLabs.UsgbMVmY3U59ijwK5mdh ElevenLabs.Uyx98Ek4uMNmWN7E28CD ElevenLabs.W0sqKm1Sfw1EzlCH14FQ
    ElevenLabs.W71zT1VwIFFx3mMGH2uZ ElevenLabs.WQz3clzUdMqvBf0jswZQ ElevenLabs.WYg5oajoUHxVa6ikQXec
    ElevenLabs.WuLq5z7nEcrhppO0ZQJw ElevenLabs.Wzj3w9OuQFcoiuKPnk3j ElevenLabs.X03mvPuTfprif8QBAVeJ
    ElevenLabs.X8n8hOy3e8VLQnHTUcc5 ElevenLabs.XA2bIQ92TabjGbpO2xRr ElevenLabs.XBDAUT8ybuJTTCoOLSUj
    ElevenLabs.Y2T2O1csKPgWgyuKcU0a ElevenLabs.Z0ocGS7BSRxFSMhV00nB ElevenLabs.ZJCNdZEjYwkOElxugmW2
    ElevenLabs.ZaZosYpkIGmSqOwAlfnk ElevenLabs.ZhJ5LanYnCmLKQUXvsV7 ElevenLabs.a1KZUXKFVFDOb33I1uqr
    ElevenLabs.aG9q1I1wTbfHh5sbpJnp ElevenLabs.aMSt68OGf4xUZAnLpTU8 ElevenLabs.aQROLel5sQbj1vuIVi6B
    ElevenLabs.aSLKtNoVBZlxQEMsnGL2 ElevenLabs.aTTiK3YzK3dXETpuDE2h ElevenLabs.am5XuPVtut7uKJQKMja2
    ElevenLabs.bF7C2fCv7Zf30iT84wZ1 ElevenLabs.bhJUNIXWQQ94l8eI2VUf ElevenLabs.c6SfcYrb2t09NHXiT80T
    ElevenLabs.cD1j5eDqipyIUMIi7Q5e ElevenLabs.d6IbhdqAKkXCCVuJjbie ElevenLabs.d888tBvGmQT2u05J1xTv
    ElevenLabs.dLPO5AsXc3FZDbTh1IKa ElevenLabs.daJ4gHLkIVFskWuoLuDX ElevenLabs.dlGxemPxFMTY7iXagmOj
    ElevenLabs.dlbXHgJnwobU5JdZ8F5M ElevenLabs.e6OiUVixGLmvtdn2GJYE ElevenLabs.eBthAb30UYbt2nojGXeA
    ElevenLabs.ePn9OncKq8KyJvrTRqTi ElevenLabs.eR40ATw9ArzDf9h3v7t7 ElevenLabs.egTToTzW6GojvddLj0zd
    ElevenLabs.euwLQkcrNloJcqW5i9Mz ElevenLabs.fC33e0BIKA7wWK2MeARj ElevenLabs.foH7s9fX31wFFH2yqrFa
    ElevenLabs.fzDFBB4mgvMlL36gPXcz ElevenLabs.g4LbLXna3aySyQVdGvRW ElevenLabs.g6xIsTj2HwM6VR4iXFCw
    ElevenLabs.g8ZOdhoD9R6eYKPTjKbE ElevenLabs.gARvXPexe5VF3cKZBian ElevenLabs.gCr8TeSJgJaeaIoV4RWH
    ElevenLabs.gHu9GtaHOXcSqFTK06ux ElevenLabs.gUABw7pXQjhjt0kNFBTF ElevenLabs.gbLy9ep70G3JW53cTzFC
    ElevenLabs.gfKKsLN1k0oYYN9n2dXX ElevenLabs.gqFUMFHCD2nbbcYVtPGB ElevenLabs.grmBv5c5ZJVFgXpRWyp7
    ElevenLabs.gs0tAILXbY5DNrJrsM6F ElevenLabs.h8RIq0ukSFDr6ipbAxd1 ElevenLabs.hDCQ0elACClokHYB6RkC
    ElevenLabs.hFgOzpmS0CMtL2to8sAl ElevenLabs.hkfHEbBvdQFNX4uWHqRF ElevenLabs.iDEmt5MnqUotdwCIVplo
    ElevenLabs.j210dv0vWm7fCknyQpbA ElevenLabs.j9jfwdrw7BRfcR43Qohk ElevenLabs.kAzI34nYjizE0zON6rXv
    ElevenLabs.kHhWB9Fw3aF6ly7JvltC ElevenLabs.kdVjFjOXaqExaDvXZECX ElevenLabs.kwajW3Xh5svCeKU5ky2S
    ElevenLabs.lWq4KDY8znfkV0DrK8Vb ElevenLabs.lcMyyd2HUfFzxdCaC4Ta ElevenLabs.mRdG9GYEjJmIzqbYTidv
    ElevenLabs.mkrzc6Zmz8alRK0wX5dd ElevenLabs.mr1ubFaLs5xVrh1EqWtc ElevenLabs.n0vzWypeCK1NlWPVwhOc
    ElevenLabs.nCqaTnIbLdME87OuQaZY ElevenLabs.oJebhZNaPllxk6W0LSBA ElevenLabs.oKxkBkm5a8Bmrd1Whf2c
    ElevenLabs.p2Wol3C7j3rHbfOrbL18 ElevenLabs.pCKbQ4EPGE06zpEPGNvS ElevenLabs.pb3lVZVjdFWbkhPKlelB
    ElevenLabs.qAJVXEQ6QgjOQ25KuoU8 ElevenLabs.qBDvhofpxp92JgXJxDjB ElevenLabs.qEq5B6ivvdkFRAcn7PdO
    ElevenLabs.s07IwTCOrCDCaETjUVjx ElevenLabs.s2xtA7B2CTXPPlJzch1v ElevenLabs.s83SAGdFTflAwJcAV81K
    ElevenLabs.t1myskmYQbiTpxXcDfBx ElevenLabs.t3hJ92dgZhDVtsff084B ElevenLabs.tS45q0QcrDHqHoaWdCDR
    ElevenLabs.tZTks1IADvTLcwxNsEQq ElevenLabs.tomkxGQGz4b1kE0EM722 ElevenLabs.uYFJyGaibp4N2VwYQshk
    ElevenLabs.uaUCJwO6D7PkgkB8ZcAr ElevenLabs.ucgJ8SdlW1CZr9MIm8BP ElevenLabs.uyVNoMrnUku1dZyVEXwD
    ElevenLabs.vBKc2FfBKJfcZNyEt1n6 ElevenLabs.vDchjyOZZytffNeZXfZK ElevenLabs.vPyfZcTRVuFmWwDgQRSd
    ElevenLabs.vUmLiNBm6MDcy1NUHaVr ElevenLabs.w9rPM8AIZle60Nbpw7nl ElevenLabs.x3mAOLD9WzlmrFCwA1S3
    ElevenLabs.x5IDPSl4ZUbhosMmVFTk ElevenLabs.xKhbyU7E3bC6T89Kn26c ElevenLabs.xj6X4BCUsv9oxohm1E8o
    ElevenLabs.xjlfQQ3ynqiEyRpArrT8 ElevenLabs.yO6w2xlECAQRFP6pX7Hw ElevenLabs.yUy9CCX9brt8aPVvIWy3
    ElevenLabs.ygiXC2Oa1BiHksD3WkJZ ElevenLabs.ys3XeJJA4ArWMhRpcX1D ElevenLabs.zT03pEAEi0VHKciJODfn
    ElevenLabs.zgqefOY5FPQ3bB7OZTVR ElevenLabs.zubqz6JC54rePKNCKZLG ElevenLabs.zzBTsLBFM6AOJtkr1e9b
    Google.af-ZA-Standard-A Google.am-ET-Standard-A Google.am-ET-Standard-B Google.am-ET-Wavenet-A
    Google.am-ET-Wavenet-B Google.ar-XA-Chirp3-HD-Aoede Google.ar-XA-Chirp3-HD-Charon
    Google.ar-XA-Chirp3-HD-Fenrir Google.ar-XA-Chirp3-HD-Kore Google.ar-XA-Chirp3-HD-Leda
    Google.ar-XA-Chirp3-HD-Orus Google.ar-XA-Chirp3-HD-Puck Google.ar-XA-Chirp3-HD-Zephyr
    Google.ar-XA-Standard-A Google.ar-XA-Standard-B Google.ar-XA-Standard-C Google.ar-XA-Standard-D
    Google.ar-XA-Wavenet-A Google.ar-XA-Wavenet-B Google.ar-XA-Wavenet-C Google.ar-XA-Wavenet-D
    Google.bg-BG-Standard-A Google.bg-BG-Standard-B Google.bn-IN-Chirp3-HD-Aoede
    Google.bn-IN-Chirp3-HD-Charon Google.bn-IN-Chirp3-HD-Fenrir Google.bn-IN-Chirp3-HD-Kore
    Google.bn-IN-Chirp3-HD-Leda Google.bn-IN-Chirp3-HD-Orus Google.bn-IN-Chirp3-HD-Puck
    Google.bn-IN-Chirp3-HD-Zephyr Google.bn-IN-Standard-A Google.bn-IN-Standard-B Google.bn-IN-Standard-C
    Google.bn-IN-Standard-D Google.bn-IN-Wavenet-A Google.bn-IN-Wavenet-B Google.bn-IN-Wavenet-C
    Google.bn-IN-Wavenet-D Google.ca-ES-Standard-A Google.ca-ES-Standard-B Google.cmn-CN-Chirp3-HD-Aoede
    Google.cmn-CN-Chirp3-HD-Charon Google.cmn-CN-Chirp3-HD-Fenrir Google.cmn-CN-Chirp3-HD-Kore
    Google.cmn-CN-Chirp3-HD-Leda Google.cmn-CN-Chirp3-HD-Orus Google.cmn-CN-Chirp3-HD-Puck
    Google.cmn-CN-Chirp3-HD-Zephyr Google.cmn-CN-Standard-A Google.cmn-CN-Standard-B
    Google.cmn-CN-Standard-C Google.cmn-CN-Standard-D Google.cmn-CN-Wavenet-A Google.cmn-CN-Wavenet-B
    Google.cmn-CN-Wavenet-C Google.cmn-CN-Wavenet-D Google.cmn-TW-Standard-A Google.cmn-TW-Standard-B
    Google.cmn-TW-Standard-C Google.cmn-TW-Wavenet-A Google.cmn-TW-Wavenet-B Google.cmn-TW-Wavenet-C
    Google.cs-CZ-Standard-A Google.cs-CZ-Standard-B Google.cs-CZ-Wavenet-A Google.cs-CZ-Wavenet-B
    Google.da-DK-Neural2-D Google.da-DK-Neural2-F Google.da-DK-Standard-A Google.da-DK-Standard-C
    Google.da-DK-Standard-D Google.da-DK-Standard-E Google.da-DK-Standard-F Google.da-DK-Standard-G
    Google.da-DK-Wavenet-A Google.da-DK-Wavenet-C Google.da-DK-Wavenet-D Google.da-DK-Wavenet-E
    Google.da-DK-Wavenet-F Google.da-DK-Wavenet-G Google.de-DE-Chirp3-HD-Aoede
    Google.de-DE-Chirp3-HD-Charon Google.de-DE-Chirp3-HD-Fenrir Google.de-DE-Chirp3-HD-Kore
    Google.de-DE-Chirp3-HD-Leda Google.de-DE-Chirp3-HD-Orus Google.de-DE-Chirp3-HD-Puck
    Google.de-DE-Chirp3-HD-Zephyr Google.de-DE-Neural2-A Google.de-DE-Neural2-B Google.de-DE-Neural2-C
    Google.de-DE-Neural2-D Google.de-DE-Neural2-F Google.de-DE-Neural2-G Google.de-DE-Neural2-H
    Google.de-DE-Standard-A Google.de-DE-Standard-B Google.de-DE-Standard-C Google.de-DE-Standard-D
    Google.de-DE-Standard-E Google.de-DE-Standard-F Google.de-DE-Standard-G Google.de-DE-Standard-H
    Google.de-DE-Wavenet-A Google.de-DE-Wavenet-B Google.de-DE-Wavenet-C Google.de-DE-Wavenet-D
    Google.de-DE-Wavenet-E Google.de-DE-Wavenet-F Google.de-DE-Wavenet-G Google.de-DE-Wavenet-H
    Google.el-GR-Standard-A Google.el-GR-Standard-B Google.el-GR-Wavenet-A Google.el-GR-Wavenet-B
    Google.en-AU-Chirp3-HD-Aoede Google.en-AU-Chirp3-HD-Charon Google.en-AU-Chirp3-HD-Fenrir
    Google.en-AU-Chirp3-HD-Kore Google.en-AU-Chirp3-HD-Leda Google.en-AU-Chirp3-HD-Orus
    Google.en-AU-Chirp3-HD-Puck Google.en-AU-Chirp3-HD-Zephyr Google.en-AU-Neural2-A
    Google.en-AU-Neural2-B Google.en-AU-Neural2-C Google.en-AU-Neural2-D Google.en-AU-Standard-A
    Google.en-AU-Standard-B Google.en-AU-Standard-C Google.en-AU-Standard-D Google.en-AU-Wavenet-A
    Google.en-AU-Wavenet-B Google.en-AU-Wavenet-C Google.en-AU-Wavenet-D Google.en-GB-Chirp3-HD-Aoede
    Google.en-GB-Chirp3-HD-Charon Google.en-GB-Chirp3-HD-Fenrir Google.en-GB-Chirp3-HD-Kore
    Google.en-GB-Chirp3-HD-Leda Google.en-GB-Chirp3-HD-Orus Google.en-GB-Chirp3-HD-Puck
    Google.en-GB-Chirp3-HD-Zephyr Google.en-GB-Neural2-A Google.en-GB-Neural2-B Google.en-GB-Neural2-C
    Google.en-GB-Neural2-D Google.en-GB-Neural2-F Google.en-GB-Neural2-N Google.en-GB-Neural2-O
    Google.en-GB-Standard-A Google.en-GB-Standard-B Google.en-GB-Standard-C Google.en-GB-Standard-D
    Google.en-GB-Standard-F Google.en-GB-Standard-N Google.en-GB-Standard-O Google.en-GB-Wavenet-A
    Google.en-GB-Wavenet-B Google.en-GB-Wavenet-C Google.en-GB-Wavenet-D Google.en-GB-Wavenet-F
    Google.en-GB-Wavenet-N Google.en-GB-Wavenet-O Google.en-IN-Chirp3-HD-Aoede
    Google.en-IN-Chirp3-HD-Charon Google.en-IN-Chirp3-HD-Fenrir Google.en-IN-Chirp3-HD-Kore
    Google.en-IN-Chirp3-HD-Leda Google.en-IN-Chirp3-HD-Orus Google.en-IN-Chirp3-HD-Puck
    Google.en-IN-Chirp3-HD-Zephyr Google.en-IN-Neural2-A Google.en-IN-Neural2-B Google.en-IN-Neural2-C
    Google.en-IN-Neural2-D Google.en-IN-Standard-A Google.en-IN-Standard-B Google.en-IN-Standard-C
    Google.en-IN-Standard-D Google.en-IN-Standard-E Google.en-IN-Standard-F Google.en-IN-Wavenet-A
    Google.en-IN-Wavenet-B Google.en-IN-Wavenet-C Google.en-IN-Wavenet-D Google.en-IN-Wavenet-E
    Google.en-IN-Wavenet-F Google.en-US-Chirp3-HD-Aoede Google.en-US-Chirp3-HD-Charon
    Google.en-US-Chirp3-HD-Fenrir Google.en-US-Chirp3-HD-Kore Google.en-US-Chirp3-HD-Leda
    Google.en-US-Chirp3-HD-Orus Google.en-US-Chirp3-HD-Puck Google.en-US-Chirp3-HD-Zephyr
    Google.en-US-Neural2-A Google.en-US-Neural2-C Google.en-US-Neural2-D Google.en-US-Neural2-E
    Google.en-US-Neural2-F Google.en-US-Neural2-G Google.en-US-Neural2-H Google.en-US-Neural2-I
    Google.en-US-Neural2-J Google.en-US-Standard-A Google.en-US-Standard-B Google.en-US-Standard-C
    Google.en-US-Standard-D Google.en-US-Standard-E Google.en-US-Standard-F Google.en-US-Standard-G
    Google.en-US-Standard-H Google.en-US-Standard-I Google.en-US-Standard-J Google.en-US-Wavenet-A
    Google.en-US-Wavenet-B Google.en-US-Wavenet-C Google.en-US-Wavenet-D Google.en-US-Wavenet-E
    Google.en-US-Wavenet-F Google.en-US-Wavenet-G Google.en-US-Wavenet-H Google.en-US-Wavenet-I
    Google.en-US-Wavenet-J Google.es-ES-Chirp3-HD-Aoede Google.es-ES-Chirp3-HD-Charon
    Google.es-ES-Chirp3-HD-Fenrir Google.es-ES-Chirp3-HD-Kore Google.es-ES-Chirp3-HD-Leda
    Google.es-ES-Chirp3-HD-Orus Google.es-ES-Chirp3-HD-Puck Google.es-ES-Chirp3-HD-Zephyr
    Google.es-ES-Neural2-A Google.es-ES-Neural2-B Google.es-ES-Neural2-C Google.es-ES-Neural2-D
    Google.es-ES-Neural2-E Google.es-ES-Neural2-F Google.es-ES-Neural2-G Google.es-ES-Neural2-H
    Google.es-ES-Standard-A Google.es-ES-Standard-B Google.es-ES-Standard-C Google.es-ES-Standard-D
    Google.es-ES-Standard-E Google.es-ES-Standard-F Google.es-ES-Standard-G Google.es-ES-Standard-H
    Google.es-ES-Wavenet-B Google.es-ES-Wavenet-C Google.es-ES-Wavenet-D Google.es-ES-Wavenet-E
    Google.es-ES-Wavenet-F Google.es-ES-Wavenet-G Google.es-ES-Wavenet-H Google.es-US-Chirp3-HD-Aoede
    Google.es-US-Chirp3-HD-Charon Google.es-US-Chirp3-HD-Fenrir Google.es-US-Chirp3-HD-Kore
    Google.es-US-Chirp3-HD-Leda Google.es-US-Chirp3-HD-Orus Google.es-US-Chirp3-HD-Puck
    Google.es-US-Chirp3-HD-Zephyr Google.es-US-Neural2-A Google.es-US-Neural2-B Google.es-US-Neural2-C
    Google.es-US-Standard-A Google.es-US-Standard-B Google.es-US-Standard-C Google.es-US-Wavenet-A
    Google.es-US-Wavenet-B Google.es-US-Wavenet-C Google.eu-ES-Standard-A Google.eu-ES-Standard-B
    Google.fi-FI-Standard-A Google.fi-FI-Standard-B Google.fi-FI-Wavenet-A Google.fi-FI-Wavenet-B
    Google.fil-PH-Standard-A Google.fil-PH-Standard-B Google.fil-PH-Standard-C Google.fil-PH-Standard-D
    Google.fil-PH-Wavenet-A Google.fil-PH-Wavenet-B Google.fil-PH-Wavenet-C Google.fil-PH-Wavenet-D
    Google.fil-ph-Neural2-A Google.fil-ph-Neural2-D Google.fr-CA-Chirp3-HD-Aoede
    Google.fr-CA-Chirp3-HD-Charon Google.fr-CA-Chirp3-HD-Fenrir Google.fr-CA-Chirp3-HD-Kore
    Google.fr-CA-Chirp3-HD-Leda Google.fr-CA-Chirp3-HD-Orus Google.fr-CA-Chirp3-HD-Puck
    Google.fr-CA-Chirp3-HD-Zephyr Google.fr-CA-Neural2-A Google.fr-CA-Neural2-B Google.fr-CA-Neural2-C
    Google.fr-CA-Neural2-D Google.fr-CA-Standard-A Google.fr-CA-Standard-B Google.fr-CA-Standard-C
    Google.fr-CA-Standard-D Google.fr-CA-Wavenet-A Google.fr-CA-Wavenet-B Google.fr-CA-Wavenet-C
    Google.fr-CA-Wavenet-D Google.fr-FR-Chirp3-HD-Aoede Google.fr-FR-Chirp3-HD-Charon
    Google.fr-FR-Chirp3-HD-Fenrir Google.fr-FR-Chirp3-HD-Kore Google.fr-FR-Chirp3-HD-Leda
    Google.fr-FR-Chirp3-HD-Orus Google.fr-FR-Chirp3-HD-Puck Google.fr-FR-Chirp3-HD-Zephyr
    Google.fr-FR-Neural2-A Google.fr-FR-Neural2-B Google.fr-FR-Neural2-C Google.fr-FR-Neural2-D
    Google.fr-FR-Neural2-E Google.fr-FR-Neural2-F Google.fr-FR-Neural2-G Google.fr-FR-Standard-A
    Google.fr-FR-Standard-B Google.fr-FR-Standard-C Google.fr-FR-Standard-D Google.fr-FR-Standard-E
    Google.fr-FR-Standard-F Google.fr-FR-Standard-G Google.fr-FR-Wavenet-A Google.fr-FR-Wavenet-B
    Google.fr-FR-Wavenet-C Google.fr-FR-Wavenet-D Google.fr-FR-Wavenet-E Google.fr-FR-Wavenet-F
    Google.fr-FR-Wavenet-G Google.gl-ES-Standard-A Google.gl-ES-Standard-B Google.gu-IN-Chirp3-HD-Aoede
    Google.gu-IN-Chirp3-HD-Charon Google.gu-IN-Chirp3-HD-Fenrir Google.gu-IN-Chirp3-HD-Kore
    Google.gu-IN-Chirp3-HD-Leda Google.gu-IN-Chirp3-HD-Orus Google.gu-IN-Chirp3-HD-Puck
    Google.gu-IN-Chirp3-HD-Zephyr Google.gu-IN-Standard-A Google.gu-IN-Standard-B Google.gu-IN-Standard-C
    Google.gu-IN-Standard-D Google.gu-IN-Wavenet-A Google.gu-IN-Wavenet-B Google.gu-IN-Wavenet-C
    Google.gu-IN-Wavenet-D Google.he-IL-Standard-A Google.he-IL-Standard-B Google.he-IL-Standard-C
    Google.he-IL-Standard-D Google.he-IL-Wavenet-A Google.he-IL-Wavenet-B Google.he-IL-Wavenet-C
    Google.he-IL-Wavenet-D Google.hi-IN-Chirp3-HD-Aoede Google.hi-IN-Chirp3-HD-Charon
    Google.hi-IN-Chirp3-HD-Fenrir Google.hi-IN-Chirp3-HD-Kore Google.hi-IN-Chirp3-HD-Leda
    Google.hi-IN-Chirp3-HD-Orus Google.hi-IN-Chirp3-HD-Puck Google.hi-IN-Chirp3-HD-Zephyr
    Google.hi-IN-Neural2-A Google.hi-IN-Neural2-B Google.hi-IN-Neural2-C Google.hi-IN-Neural2-D
    Google.hi-IN-Standard-A Google.hi-IN-Standard-B Google.hi-IN-Standard-C Google.hi-IN-Standard-D
    Google.hi-IN-Standard-E Google.hi-IN-Standard-F Google.hi-IN-Wavenet-A Google.hi-IN-Wavenet-B
    Google.hi-IN-Wavenet-C Google.hi-IN-Wavenet-D Google.hi-IN-Wavenet-E Google.hi-IN-Wavenet-F
    Google.hu-HU-Standard-A Google.hu-HU-Standard-B Google.hu-HU-Wavenet-A Google.id-ID-Chirp3-HD-Aoede
    Google.id-ID-Chirp3-HD-Charon Google.id-ID-Chirp3-HD-Fenrir Google.id-ID-Chirp3-HD-Kore
    Google.id-ID-Chirp3-HD-Leda Google.id-ID-Chirp3-HD-Orus Google.id-ID-Chirp3-HD-Puck
    Google.id-ID-Chirp3-HD-Zephyr Google.id-ID-Standard-A Google.id-ID-Standard-B Google.id-ID-Standard-C
    Google.id-ID-Standard-D Google.id-ID-Wavenet-A Google.id-ID-Wavenet-B Google.id-ID-Wavenet-C
    Google.id-ID-Wavenet-D Google.is-IS-Standard-A Google.is-IS-Standard-B Google.it-IT-Chirp3-HD-Aoede
    Google.it-IT-Chirp3-HD-Charon Google.it-IT-Chirp3-HD-Fenrir Google.it-IT-Chirp3-HD-Kore
    Google.it-IT-Chirp3-HD-Leda Google.it-IT-Chirp3-HD-Orus Google.it-IT-Chirp3-HD-Puck
    Google.it-IT-Chirp3-HD-Zephyr Google.it-IT-Neural2-A Google.it-IT-Neural2-C Google.it-IT-Neural2-F
    Google.it-IT-Standard-A Google.it-IT-Standard-B Google.it-IT-Standard-C Google.it-IT-Standard-D
    Google.it-IT-Standard-E Google.it-IT-Standard-F Google.it-IT-Wavenet-A Google.it-IT-Wavenet-B
    Google.it-IT-Wavenet-C Google.it-IT-Wavenet-D Google.it-IT-Wavenet-E Google.it-IT-Wavenet-F
    Google.ja-JP-Chirp3-HD-Aoede Google.ja-JP-Chirp3-HD-Charon Google.ja-JP-Chirp3-HD-Fenrir
    Google.ja-JP-Chirp3-HD-Kore Google.ja-JP-Chirp3-HD-Leda Google.ja-JP-Chirp3-HD-Orus
    Google.ja-JP-Chirp3-HD-Puck Google.ja-JP-Chirp3-HD-Zephyr Google.ja-JP-Neural2-B
    Google.ja-JP-Neural2-C Google.ja-JP-Neural2-D Google.ja-JP-Standard-A Google.ja-JP-Standard-B
    Google.ja-JP-Standard-C Google.ja-JP-Standard-D Google.ja-JP-Wavenet-A Google.ja-JP-Wavenet-B
    Google.ja-JP-Wavenet-C Google.ja-JP-Wavenet-D Google.kn-IN-Chirp3-HD-Aoede
    Google.kn-IN-Chirp3-HD-Charon Google.kn-IN-Chirp3-HD-Fenrir Google.kn-IN-Chirp3-HD-Kore
    Google.kn-IN-Chirp3-HD-Leda Google.kn-IN-Chirp3-HD-Orus Google.kn-IN-Chirp3-HD-Puck
    Google.kn-IN-Chirp3-HD-Zephyr Google.kn-IN-Standard-A Google.kn-IN-Standard-B Google.kn-IN-Standard-C
    Google.kn-IN-Standard-D Google.kn-IN-Wavenet-A Google.kn-IN-Wavenet-B Google.kn-IN-Wavenet-C
    Google.kn-IN-Wavenet-D Google.ko-KR-Chirp3-HD-Aoede Google.ko-KR-Chirp3-HD-Charon
    Google.ko-KR-Chirp3-HD-Fenrir Google.ko-KR-Chirp3-HD-Kore Google.ko-KR-Chirp3-HD-Leda
    Google.ko-KR-Chirp3-HD-Orus Google.ko-KR-Chirp3-HD-Puck Google.ko-KR-Chirp3-HD-Zephyr
    Google.ko-KR-Neural2-A Google.ko-KR-Neural2-B Google.ko-KR-Neural2-C Google.ko-KR-Standard-A
    Google.ko-KR-Standard-B Google.ko-KR-Standard-C Google.ko-KR-Standard-D Google.ko-KR-Wavenet-A
    Google.ko-KR-Wavenet-B Google.ko-KR-Wavenet-C Google.ko-KR-Wavenet-D Google.lt-LT-Standard-A
    Google.lt-LT-Standard-B Google.lv-LV-Standard-A Google.lv-LV-Standard-B Google.ml-IN-Chirp3-HD-Aoede
    Google.ml-IN-Chirp3-HD-Charon Google.ml-IN-Chirp3-HD-Fenrir Google.ml-IN-Chirp3-HD-Kore
    Google.ml-IN-Chirp3-HD-Leda Google.ml-IN-Chirp3-HD-Orus Google.ml-IN-Chirp3-HD-Puck
    Google.ml-IN-Chirp3-HD-Zephyr Google.ml-IN-Standard-A Google.ml-IN-Standard-B Google.ml-IN-Standard-C
    Google.ml-IN-Standard-D Google.ml-IN-Wavenet-A Google.ml-IN-Wavenet-B Google.ml-IN-Wavenet-C
    Google.ml-IN-Wavenet-D Google.mr-IN-Chirp3-HD-Aoede Google.mr-IN-Chirp3-HD-Charon
    Google.mr-IN-Chirp3-HD-Fenrir Google.mr-IN-Chirp3-HD-Kore Google.mr-IN-Chirp3-HD-Leda
    Google.mr-IN-Chirp3-HD-Orus Google.mr-IN-Chirp3-HD-Puck Google.mr-IN-Chirp3-HD-Zephyr
    Google.mr-IN-Standard-A Google.mr-IN-Standard-B Google.mr-IN-Standard-C Google.mr-IN-Wavenet-A
    Google.mr-IN-Wavenet-B Google.mr-IN-Wavenet-C Google.ms-MY-Standard-A Google.ms-MY-Standard-B
    Google.ms-MY-Standard-C Google.ms-MY-Standard-D Google.ms-MY-Wavenet-A Google.ms-MY-Wavenet-B
    Google.ms-MY-Wavenet-C Google.ms-MY-Wavenet-D Google.nb-NO-Standard-A Google.nb-NO-Standard-B
    Google.nb-NO-Standard-C Google.nb-NO-Standard-D Google.nb-NO-Standard-E Google.nb-NO-Standard-F
    Google.nb-NO-Standard-G Google.nb-NO-Wavenet-A Google.nb-NO-Wavenet-B Google.nb-NO-Wavenet-C
    Google.nb-NO-Wavenet-D Google.nb-NO-Wavenet-E Google.nb-NO-Wavenet-F Google.nb-NO-Wavenet-G
    Google.nl-BE-Standard-A Google.nl-BE-Standard-B Google.nl-BE-Standard-C Google.nl-BE-Standard-D
    Google.nl-BE-Wavenet-A Google.nl-BE-Wavenet-B Google.nl-BE-Wavenet-C Google.nl-BE-Wavenet-D
    Google.nl-NL-Chirp3-HD-Aoede Google.nl-NL-Chirp3-HD-Charon Google.nl-NL-Chirp3-HD-Fenrir
    Google.nl-NL-Chirp3-HD-Kore Google.nl-NL-Chirp3-HD-Leda Google.nl-NL-Chirp3-HD-Orus
    Google.nl-NL-Chirp3-HD-Puck Google.nl-NL-Chirp3-HD-Zephyr Google.nl-NL-Standard-A
    Google.nl-NL-Standard-B Google.nl-NL-Standard-C Google.nl-NL-Standard-D Google.nl-NL-Standard-E
    Google.nl-NL-Standard-F Google.nl-NL-Standard-G Google.nl-NL-Wavenet-A Google.nl-NL-Wavenet-B
    Google.nl-NL-Wavenet-C Google.nl-NL-Wavenet-D Google.nl-NL-Wavenet-E Google.nl-NL-Wavenet-F
    Google.nl-NL-Wavenet-G Google.pa-IN-Standard-A Google.pa-IN-Standard-B Google.pa-IN-Standard-C
    Google.pa-IN-Standard-D Google.pa-IN-Wavenet-A Google.pa-IN-Wavenet-B Google.pa-IN-Wavenet-C
    Google.pa-IN-Wavenet-D Google.pl-PL-Chirp3-HD-Aoede Google.pl-PL-Chirp3-HD-Charon
    Google.pl-PL-Chirp3-HD-Fenrir Google.pl-PL-Chirp3-HD-Kore Google.pl-PL-Chirp3-HD-Leda
    Google.pl-PL-Chirp3-HD-Orus Google.pl-PL-Chirp3-HD-Puck Google.pl-PL-Chirp3-HD-Zephyr
    Google.pl-PL-Standard-A Google.pl-PL-Standard-B Google.pl-PL-Standard-C Google.pl-PL-Standard-D
    Google.pl-PL-Standard-E Google.pl-PL-Standard-F Google.pl-PL-Standard-G Google.pl-PL-Wavenet-A
    Google.pl-PL-Wavenet-B Google.pl-PL-Wavenet-C Google.pl-PL-Wavenet-D Google.pl-PL-Wavenet-E
    Google.pl-PL-Wavenet-F Google.pl-PL-Wavenet-G Google.pt-BR-Chirp3-HD-Aoede
    Google.pt-BR-Chirp3-HD-Charon Google.pt-BR-Chirp3-HD-Fenrir Google.pt-BR-Chirp3-HD-Kore
    Google.pt-BR-Chirp3-HD-Leda Google.pt-BR-Chirp3-HD-Orus Google.pt-BR-Chirp3-HD-Puck
    Google.pt-BR-Chirp3-HD-Zephyr Google.pt-BR-Neural2-A Google.pt-BR-Neural2-B Google.pt-BR-Neural2-C
    Google.pt-BR-Standard-A Google.pt-BR-Standard-B Google.pt-BR-Standard-C Google.pt-BR-Standard-D
    Google.pt-BR-Standard-E Google.pt-BR-Wavenet-A Google.pt-BR-Wavenet-B Google.pt-BR-Wavenet-C
    Google.pt-BR-Wavenet-D Google.pt-BR-Wavenet-E Google.pt-PT-Standard-A Google.pt-PT-Standard-B
    Google.pt-PT-Standard-C Google.pt-PT-Standard-D Google.pt-PT-Standard-E Google.pt-PT-Standard-F
    Google.pt-PT-Wavenet-A Google.pt-PT-Wavenet-B Google.pt-PT-Wavenet-C Google.pt-PT-Wavenet-D
    Google.pt-PT-Wavenet-E Google.pt-PT-Wavenet-F Google.ro-RO-Standard-A Google.ro-RO-Standard-B
    Google.ro-RO-Wavenet-A Google.ro-RO-Wavenet-B Google.ru-RU-Chirp3-HD-Aoede
    Google.ru-RU-Chirp3-HD-Charon Google.ru-RU-Chirp3-HD-Fenrir Google.ru-RU-Chirp3-HD-Kore
    Google.ru-RU-Chirp3-HD-Leda Google.ru-RU-Chirp3-HD-Orus Google.ru-RU-Chirp3-HD-Puck
    Google.ru-RU-Chirp3-HD-Zephyr Google.ru-RU-Standard-A Google.ru-RU-Standard-B Google.ru-RU-Standard-C
    Google.ru-RU-Standard-D Google.ru-RU-Standard-E Google.ru-RU-Wavenet-A Google.ru-RU-Wavenet-B
    Google.ru-RU-Wavenet-C Google.ru-RU-Wavenet-D Google.ru-RU-Wavenet-E Google.sk-SK-Standard-A
    Google.sk-SK-Standard-B Google.sk-SK-Wavenet-A Google.sk-SK-Wavenet-B Google.sr-RS-Standard-A
    Google.sv-SE-Standard-A Google.sv-SE-Standard-B Google.sv-SE-Standard-C Google.sv-SE-Standard-D
    Google.sv-SE-Standard-E Google.sv-SE-Standard-F Google.sv-SE-Standard-G Google.sv-SE-Wavenet-A
    Google.sv-SE-Wavenet-B Google.sv-SE-Wavenet-C Google.sv-SE-Wavenet-D Google.sv-SE-Wavenet-E
    Google.sv-SE-Wavenet-F Google.sv-SE-Wavenet-G Google.ta-IN-Chirp3-HD-Aoede
    Google.ta-IN-Chirp3-HD-Charon Google.ta-IN-Chirp3-HD-Fenrir Google.ta-IN-Chirp3-HD-Kore
    Google.ta-IN-Chirp3-HD-Leda Google.ta-IN-Chirp3-HD-Orus Google.ta-IN-Chirp3-HD-Puck
    Google.ta-IN-Chirp3-HD-Zephyr Google.ta-IN-Standard-A Google.ta-IN-Standard-B Google.ta-IN-Standard-C
    Google.ta-IN-Standard-D Google.ta-IN-Wavenet-A Google.ta-IN-Wavenet-B Google.ta-IN-Wavenet-C
    Google.ta-IN-Wavenet-D Google.te-IN-Chirp3-HD-Aoede Google.te-IN-Chirp3-HD-Charon
    Google.te-IN-Chirp3-HD-Fenrir Google.te-IN-Chirp3-HD-Kore Google.te-IN-Chirp3-HD-Leda
    Google.te-IN-Chirp3-HD-Orus Google.te-IN-Chirp3-HD-Puck Google.te-IN-Chirp3-HD-Zephyr
    Google.te-IN-Standard-A Google.te-IN-Standard-B Google.te-IN-Standard-C Google.te-IN-Standard-D
    Google.th-TH-Chirp3-HD-Aoede Google.th-TH-Chirp3-HD-Charon Google.th-TH-Chirp3-HD-Fenrir
    Google.th-TH-Chirp3-HD-Kore Google.th-TH-Chirp3-HD-Leda Google.th-TH-Chirp3-HD-Orus
    Google.th-TH-Chirp3-HD-Puck Google.th-TH-Chirp3-HD-Zephyr Google.th-TH-Neural2-C
    Google.th-TH-Standard-A Google.tr-TR-Chirp3-HD-Aoede Google.tr-TR-Chirp3-HD-Charon
    Google.tr-TR-Chirp3-HD-Fenrir Google.tr-TR-Chirp3-HD-Kore Google.tr-TR-Chirp3-HD-Leda
    Google.tr-TR-Chirp3-HD-Orus Google.tr-TR-Chirp3-HD-Puck Google.tr-TR-Chirp3-HD-Zephyr
    Google.tr-TR-Standard-A Google.tr-TR-Standard-B Google.tr-TR-Standard-C Google.tr-TR-Standard-D
    Google.tr-TR-Standard-E Google.tr-TR-Wavenet-A Google.tr-TR-Wavenet-B Google.tr-TR-Wavenet-C
    Google.tr-TR-Wavenet-D Google.tr-TR-Wavenet-E Google.uk-UA-Standard-A Google.uk-UA-Wavenet-A
    Google.vi-VN-Chirp3-HD-Aoede Google.vi-VN-Chirp3-HD-Charon Google.vi-VN-Chirp3-HD-Fenrir
    Google.vi-VN-Chirp3-HD-Kore Google.vi-VN-Chirp3-HD-Leda Google.vi-VN-Chirp3-HD-Orus
    Google.vi-VN-Chirp3-HD-Puck Google.vi-VN-Chirp3-HD-Zephyr Google.vi-VN-Neural2-A
    Google.vi-VN-Neural2-D Google.vi-VN-Standard-A Google.vi-VN-Standard-B Google.vi-VN-Standard-C
    Google.vi-VN-Standard-D Google.vi-VN-Wavenet-A Google.vi-VN-Wavenet-B Google.vi-VN-Wavenet-C
    Google.vi-VN-Wavenet-D Google.yue-HK-Standard-A Google.yue-HK-Standard-B Google.yue-HK-Standard-C
    Google.yue-HK-Standard-D Polly.Aditi Polly.Adriano-Neural Polly.Amy Polly.Amy-Generative
    Polly.Amy-Neural Polly.Andres-Generative Polly.Andres-Neural Polly.Aria-Neural Polly.Arlet-Neural
    Polly.Arthur-Neural Polly.Astrid Polly.Ayanda-Generative Polly.Ayanda-Neural Polly.Bianca
    Polly.Bianca-Generative Polly.Bianca-Neural Polly.Brian Polly.Brian-Neural Polly.Burcu-Neural
    Polly.Camila Polly.Camila-Neural Polly.Carla Polly.Carmen Polly.Celine Polly.Chantal Polly.Conchita
    Polly.Cristiano Polly.Daniel-Generative Polly.Daniel-Neural Polly.Danielle-Generative
    Polly.Danielle-Neural Polly.Dora Polly.Elin-Neural Polly.Emma Polly.Emma-Neural Polly.Enrique
    Polly.Ewa Polly.Filiz Polly.Gabrielle-Neural Polly.Geraint Polly.Giorgio Polly.Gregory-Neural
    Polly.Gwyneth Polly.Hala-Neural Polly.Hannah-Neural Polly.Hans Polly.Hiujin-Neural Polly.Ida-Neural
    Polly.Ines Polly.Ines-Neural Polly.Isabelle-Neural Polly.Ivy Polly.Ivy-Neural Polly.Jacek Polly.Jan
    Polly.Joanna Polly.Joanna-Generative Polly.Joanna-Neural Polly.Joey Polly.Joey-Neural Polly.Justin
    Polly.Justin-Neural Polly.Kajal-Generative Polly.Kajal-Neural Polly.Karl Polly.Kazuha-Neural
    Polly.Kendra Polly.Kendra-Neural Polly.Kevin Polly.Kevin-Neural Polly.Kimberly Polly.Kimberly-Neural
    Polly.Laura-Neural Polly.Lea Polly.Lea-Generative Polly.Lea-Neural Polly.Liam-Neural
    Polly.Lisa-Neural Polly.Liv Polly.Lotte Polly.Lucia Polly.Lucia-Generative Polly.Lucia-Neural
    Polly.Lupe Polly.Lupe-Generative Polly.Lupe-Neural Polly.Mads Polly.Maja Polly.Marlene Polly.Mathieu
    Polly.Matthew Polly.Matthew-Generative Polly.Matthew-Neural Polly.Maxim Polly.Mia Polly.Mia-Neural
    Polly.Miguel Polly.Mizuki Polly.Mía-Generative Polly.Naja Polly.Niamh-Neural Polly.Nicole
    Polly.Ola-Neural Polly.Olivia-Generative Polly.Olivia-Neural Polly.Pedro-Generative
    Polly.Pedro-Neural Polly.Penelope Polly.Raveena Polly.Remi-Neural Polly.Ricardo Polly.Ruben
    Polly.Russell Polly.Ruth-Generative Polly.Ruth-Neural Polly.Rémi-Generative Polly.Salli
    Polly.Salli-Neural Polly.Seoyeon Polly.Seoyeon-Neural Polly.Sergio-Generative Polly.Sergio-Neural
    Polly.Sofie-Neural Polly.Stephen-Generative Polly.Stephen-Neural Polly.Suvi-Neural Polly.Takumi
    Polly.Takumi-Neural Polly.Tatyana Polly.Thiago-Neural Polly.Tomoko-Neural Polly.Vicki
    Polly.Vicki-Generative Polly.Vicki-Neural Polly.Vitoria Polly.Vitoria-Neural Polly.Zayd-Neural
    Polly.Zeina Polly.Zhiyu Polly.Zhiyu-Neural alice man woman
""".split())
MARKUP = {
    ("break", "strength"): frozenset("""
    medium none strong weak x-strong x-weak
""".split()),
    ("emphasis", "level"): frozenset("""
    moderate reduced strong
""".split()),
    ("lang", "xml:lang"): frozenset("""
    ar-AE arb ca-ES cmn-CN cy-GB da-DK de-AT de-DE en-AU en-GB en-GB-WLS en-IN en-NZ en-US en-ZA es-ES
    es-MX es-US fi-FI fr-CA fr-FR he-IL hi-IN is-IS it-IT ja-JP ko-KR nb-NO nl-NL pl-PL pt-BR pt-PT ro-RO
    ru-RU sv-SE tr-TR yue-CN
""".split()),
    ("phoneme", "alphabet"): frozenset("""
    ipa x-amazon-jyutping x-amazon-pinyin x-amazon-pron-kana x-amazon-yomigana x-sampa
""".split()),
    ("say-as", "format"): frozenset("""
    d dm dmy m md mdy my y ym ymd yyyymmdd
""".split()),
    ("say-as", "interpret-as"): frozenset("""
    address cardinal characters date digits expletive fraction number ordinal spell-out telephone time
    unit
""".split()),
}
