# الأساور واللصائق وطابعاتها.
bands-title = الأساور واللصائق
bands-printers = طابعات اللصائق
bands-rail = الطابعات
bands-printer = الطابعة
bands-printer-mother = طابعة سوار الأم
bands-printer-child = طابعة سوار المولود
bands-browser = طابعة هذا الحاسوب
bands-print = طباعة
bands-print-of = { $paper }: طباعة لـ { $name }
bands-copies = عدد النسخ
bands-required = إلزامي
bands-choose = اختر…
bands-why = سبب إعادة الطباعة
bands-why-damaged = تالف
bands-why-lost = مفقود أو منزوع
bands-why-changed = هوية مصححة
bands-sent = أُرسل إلى الطابعة.
bands-no-printer = لا توجد طابعة لصائق مصرح بها على هذا الخادم: الحاسوب يطبع بنفسه وبالحجم الحقيقي.
bands-merged = دُمج هذا الملف. يُحمل سوار الملف الآخر.
bands-merged-other = فتح الملف الآخر
bands-pair = الأم والمولود
bands-pair-of = أم-مولود { $number }
bands-pair-what = سواران يحملان نفس الرقم. مع:
bands-pair-print = طباعة السوارين { $number }
bands-past = الطبعات
bands-when = متى
bands-what = ماذا
bands-back = رجوع
bands-sheet = للطباعة
bands-sheet-how = اطبع هذه الصفحة بنسبة 100٪ دون هوامش ولا رؤوس، على الورق المناسب: كل لصيقة صفحة.
bands-unknown = أساور مرقمة مسبقا
bands-unknown-what = لعدة أشخاص لا يمكن بعد معرفة أسمائهم. كل رقم يُعطى مرة واحدة؛ ولا يُسجل أحد: اكتب الرقم عند تسجيل الشخص.
bands-unknown-count = عدد الأساور
bands-nobody = مجهول
bands-station = هذا الحاسوب
bands-station-what = أين تخرج الأساور واللصائق المطلوبة من هنا، أيا كان من يطلبها.
bands-keep = حفظ هذا الاختيار
bands-kept = حُفظ الاختيار على هذا الحاسوب.
bands-again = الطباعة من جديد
bands-test = تجربة
bands-test-of = تجربة: { $paper }
bands-world-training = تدريب
bands-world-simulation = محاكاة
bands-wrong-RH-PRINT-UNKNOWN = هذه الطابعة غير مصرح بها، أو ليست فيها هذه اللصيقة. اختر أخرى.
bands-wrong-RH-PRINT-AWAY = الطابعة لا تجيب: مطفأة أو مفصولة أو خارج الشبكة. لم يُطبع شيء. شغلها أو اختر أخرى أو اطبع من هذا الحاسوب.
bands-wrong-RH-PRINT-SILENT = قبلت الطابعة الاتصال وسكتت. لم يُرسل شيء. أطفئها ثم شغلها، أو اطبع من هذا الحاسوب.
bands-wrong-RH-PRINT-UNSURE = انقطع الخط أثناء الإرسال. انظر إلى الطابعة قبل إعادة الطباعة.
bands-wrong-RH-PRINT-BUSY = آخرون يطبعون على هذه الطابعة. أعد المحاولة بعد قليل.
bands-wrong-RH-PRINT-LARGE = هذا كثير دفعة واحدة. اطلب نسخا أقل.
bands-wrong-RH-PRINT-PAPER = نفد الورق من الطابعة. لم يُطبع شيء. أعد تعبئتها ثم اطبع من جديد.
bands-wrong-RH-PRINT-OPEN = رأس الطابعة مفتوح. لم يُطبع شيء. أغلقه ثم اطبع من جديد.
bands-wrong-RH-PRINT-RIBBON = نفد شريط الطابعة. لم يُطبع شيء.
bands-wrong-RH-PRINT-PAUSED = الطابعة متوقفة مؤقتا. لم يُطبع شيء. اضغط زر الإيقاف فيها ثم اطبع من جديد.
bands-wrong-RH-LABEL-LETTER = في الاسم حرف لا تكتبه اللصائق. صحح الهوية أو اكتب السوار بخط اليد.
bands-wrong-RH-LABEL-NUMBER = في الرقم علامات لا يحملها الرمز.
bands-wrong-RH-LABEL-SMALL = سيكون الرمز أصغر من أن يُقرأ: راجع الحجم في الحزمة.
bands-wrong-RH-LABEL-OUTSIDE = أحجام هذه اللصيقة غير متوافقة: راجعها في الحزمة.
bands-wrong-RH-LABEL-COPIES = نسخ كثيرة دفعة واحدة.
bands-wrong-RH-LABEL-FONT = لا يمكن قراءة الحروف. أبلغ مصلحة المعلوميات.
bands-wrong-RH-BANDS-WHY = اذكر سبب إعادة طباعة السوار.
bands-wrong-RH-BANDS-COUNT = العدد المطلوب غير ممكن.
bands-times = { $n ->
    [zero] لم يُطبع بعد.
    [one] طُبع مرة واحدة.
    [two] طُبع مرتين.
    [few] طُبع { $n } مرات.
    [many] طُبع { $n } مرة.
   *[other] طُبع { $n } مرة.
}
